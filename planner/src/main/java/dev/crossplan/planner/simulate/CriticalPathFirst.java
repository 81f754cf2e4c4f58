package dev.crossplan.planner.simulate;

import dev.crossplan.planner.schedule.Precedence;
import it.unimi.dsi.fastutil.doubles.DoubleHeapPriorityQueue;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.BitSet;
import java.util.Comparator;

/**
 * Decides when slots become free: of what is ready, the task with the longest way from it to the
 * end of the plan first, on the builder where it should end first. If that one is full but would be
 * done with it sooner all the same, the task waits for it.
 *
 * <p>This is HEFT (Topcuoglu, Hariri and Wu, 2002) done anew at every event; ways are as long as
 * planned.
 */
final class CriticalPathFirst implements Dispatcher {
  /** So many that are ready are looked at when there are free slots that the first do not want. */
  private static final int LOOK_AHEAD = 1000;

  private final Workload work;
  private final TaskOrder order;
  private final BitSet ready = new BitSet();
  private final IntArrayList[] running;
  private final double[] expectedEnds;

  CriticalPathFirst(Workload work) {
    double[] ranks = ranks(work);
    this.work = work;
    this.order = new TaskOrder(work.taskCount(), Comparator.comparingDouble(task -> -ranks[task]));
    this.running = new IntArrayList[work.builders().size()];
    for (int i = 0; i < running.length; i++) {
      running[i] = new IntArrayList();
    }
    this.expectedEnds = new double[work.taskCount()];
  }

  /** By task, how long the longest way from its start to the end is. */
  private static double[] ranks(Workload work) {
    Precedence precedence = work.problem().precedence();
    double[] ranks = new double[work.taskCount()];
    for (int place = ranks.length - 1; place >= 0; place--) {
      int task = precedence.inOrder(place);
      for (int i = 0; i < precedence.dependentCount(task); i++) {
        ranks[task] = Math.max(ranks[task], ranks[precedence.dependent(task, i)]);
      }
      ranks[task] += work.plannedSeconds(task);
    }
    return ranks;
  }

  @Override
  public void ready(int task) {
    ready.set(order.place(task));
  }

  @Override
  public void ended(int task, int machine) {
    if (machine < running.length) {
      running[machine].rem(task);
    }
  }

  @Override
  public void lost(int task, int machine, Floor floor) {
    running[machine].rem(task);
    ready(task);
  }

  @Override
  public void dispatch(Floor floor) {
    int free = 0;
    for (int machine = 0; machine < running.length; machine++) {
      free += floor.free(machine);
    }
    if (free == 0 || ready.isEmpty()) {
      return;
    }
    DoubleHeapPriorityQueue[] slots = slots(floor);
    int looks = 0;
    for (int place = ready.nextSetBit(0);
        place >= 0 && free > 0 && looks < LOOK_AHEAD;
        place = ready.nextSetBit(place + 1)) {
      looks++;
      int task = order.task(place);
      int machine = whereItEndsFirst(task, slots);
      if (machine < 0) {
        continue;
      }
      double start = slots[machine].dequeueDouble();
      double end = start + work.problem().duration(task, machine);
      slots[machine].enqueue(end);
      if (floor.free(machine) > 0) {
        ready.clear(place);
        running[machine].add(task);
        expectedEnds[task] = end;
        floor.start(task, machine);
        free--;
      }
    }
  }

  /** By builder that is up, when each slot should be free. */
  private DoubleHeapPriorityQueue[] slots(Floor floor) {
    DoubleHeapPriorityQueue[] slots = new DoubleHeapPriorityQueue[running.length];
    int waiting = ready.cardinality();
    for (int machine = 0; machine < slots.length; machine++) {
      slots[machine] = new DoubleHeapPriorityQueue();
      for (int slot = 0; slot < Math.min(waiting, floor.free(machine)); slot++) {
        slots[machine].enqueue(floor.now());
      }
      for (int i = 0; i < running[machine].size(); i++) {
        // What takes longer than it should may end any moment.
        slots[machine].enqueue(Math.max(floor.now(), expectedEnds[running[machine].getInt(i)]));
      }
    }
    return slots;
  }

  private int whereItEndsFirst(int task, DoubleHeapPriorityQueue[] slots) {
    int best = -1;
    double bestEnd = Double.POSITIVE_INFINITY;
    double bestSeconds = Double.POSITIVE_INFINITY;
    for (int machine = 0; machine < slots.length; machine++) {
      double seconds = work.problem().duration(task, machine);
      if (seconds == Double.POSITIVE_INFINITY || slots[machine].isEmpty()) {
        continue;
      }
      double end = slots[machine].firstDouble() + seconds;
      if (end < bestEnd || (end == bestEnd && seconds < bestSeconds)) {
        best = machine;
        bestEnd = end;
        bestSeconds = seconds;
      }
    }
    return best;
  }
}

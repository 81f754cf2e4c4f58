package dev.crossplan.planner.simulate;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.BitSet;
import java.util.Comparator;

/**
 * The schedule as it is planned: each task on its builder, no task before those that are planned
 * before it there. With the seconds of the plan nothing starts later than planned.
 *
 * <p>While a builder is down, others that can do it take its tasks as their turn comes, so far as
 * they have slots free; so they do with what was lost.
 */
final class PlannedOrder implements Dispatcher {
  private final Workload work;
  private final BitSet ready = new BitSet();

  /** By builder, its tasks in the order of their starts. */
  private final IntArrayList[] queues;

  private final int[] next;

  /** By builder, what was started there but lost. */
  private final IntArrayList[] again;

  PlannedOrder(Workload work) {
    int m = work.builders().size();
    this.work = work;
    this.queues = new IntArrayList[m];
    this.again = new IntArrayList[m];
    this.next = new int[m];
    for (int i = 0; i < m; i++) {
      queues[i] = new IntArrayList();
      again[i] = new IntArrayList();
    }
    TaskOrder order =
        new TaskOrder(
            work.taskCount(), Comparator.comparingDouble(task -> work.task(task).start()));
    for (int place = 0; place < work.taskCount(); place++) {
      int task = order.task(place);
      if (!work.isSubstitution(task) && work.problem().leastDuration(task) > 0) {
        queues[work.task(task).machine()].add(task);
      }
    }
  }

  @Override
  public void ready(int task) {
    ready.set(task);
  }

  @Override
  public void ended(int task, int machine) {}

  @Override
  public void lost(int task, int machine, Floor floor) {
    again[machine].add(task);
  }

  @Override
  public void dispatch(Floor floor) {
    for (int machine = 0; machine < queues.length; machine++) {
      while (floor.free(machine) > 0 && isNextReady(machine)) {
        floor.start(take(machine), machine);
      }
    }
    for (int machine = 0; machine < queues.length; machine++) {
      while (!floor.isUp(machine) && isNextReady(machine)) {
        int other = another(peek(machine), floor);
        if (other < 0) {
          break;
        }
        floor.start(take(machine), other);
      }
    }
  }

  private boolean isNextReady(int machine) {
    return !again[machine].isEmpty()
        || (next[machine] < queues[machine].size()
            && ready.get(queues[machine].getInt(next[machine])));
  }

  private int peek(int machine) {
    return again[machine].isEmpty()
        ? queues[machine].getInt(next[machine])
        : again[machine].getInt(0);
  }

  private int take(int machine) {
    return again[machine].isEmpty()
        ? queues[machine].getInt(next[machine]++)
        : again[machine].removeInt(0);
  }

  /** Where it takes least of those that could start it now, or -1. */
  private int another(int task, Floor floor) {
    int best = -1;
    for (int i = 0; i < queues.length; i++) {
      if (floor.free(i) > 0
          && work.canRun(task, i)
          && (best < 0 || work.problem().duration(task, i) < work.problem().duration(task, best))) {
        best = i;
      }
    }
    return best;
  }
}

package dev.crossplan.planner.simulate;

import com.google.common.base.Preconditions;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.schedule.Precedence;
import it.unimi.dsi.fastutil.doubles.DoubleHeapIndirectPriorityQueue;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntComparators;
import java.util.Arrays;
import java.util.List;

/**
 * Does a workload once, from event to event: a task ends, a machine goes down or comes back, or a
 * dispatcher wants to be asked. At equal times ends come first, then machines, then the dispatcher.
 *
 * <p>A task that takes no time needs no slot and nobody to start it, nor does a substitution.
 */
final class Engine implements Floor {
  private enum State {
    BLOCKED,
    READY,
    RUNNING,
    DONE,
    FAILED
  }

  private final Workload work;
  private final Dispatcher dispatcher;
  private final double[] factors;
  private final List<Disruption> disruptions;
  private int disrupted;

  private double now;
  private final State[] states;
  private final int[] waitsFor;
  private final int[] machines;
  private final double[] starts;
  private final double[] finishes;
  private final DoubleHeapIndirectPriorityQueue running;
  private final int[] occupied;
  private final int[] down;
  private final double[] busy;
  private double lostSeconds;
  private int done;
  private double last;
  private double firstFailure = Double.POSITIVE_INFINITY;

  /**
   * A machine goes down or comes back.
   *
   * @param at seconds after the start
   */
  record Disruption(double at, int machine, boolean goesDown) {}

  private Engine(
      Workload work, Dispatcher dispatcher, double[] factors, List<Disruption> disruptions) {
    int n = work.taskCount();
    int m = work.problem().machineCount();
    this.work = work;
    this.dispatcher = dispatcher;
    this.factors = factors;
    this.disruptions = disruptions;
    this.states = new State[n];
    Arrays.fill(states, State.BLOCKED);
    this.waitsFor = new int[n];
    this.machines = new int[n];
    Arrays.fill(machines, -1);
    this.starts = new double[n];
    this.finishes = new double[n];
    this.running = new DoubleHeapIndirectPriorityQueue(finishes);
    this.occupied = new int[m];
    this.down = new int[m];
    this.busy = new double[m];
  }

  /**
   * Does it.
   *
   * @param factors by task, how many times as long it takes as it should
   * @param disruptions in the order of time
   */
  static Outcome run(
      Workload work, Dispatcher dispatcher, double[] factors, List<Disruption> disruptions) {
    return new Engine(work, dispatcher, factors, disruptions).run();
  }

  private Outcome run() {
    IntArrayList first = new IntArrayList();
    for (int t = 0; t < states.length; t++) {
      waitsFor[t] = work.problem().precedence().needCount(t);
      if (waitsFor[t] == 0) {
        first.add(t);
      }
    }
    release(first);
    disrupt();
    while (done < states.length) {
      dispatcher.dispatch(this);
      double next = Math.min(dispatcher.wakeAt(), nextDisruption());
      if (!running.isEmpty()) {
        next = Math.min(next, finishes[running.first()]);
      }
      if (next == Double.POSITIVE_INFINITY) {
        break;
      }
      Preconditions.checkState(next >= now, "from %s back to %s", now, next);
      now = next;
      endTasks();
      disrupt();
    }
    return new Outcome(
        last,
        states.length,
        done,
        firstFailure,
        ImmutableDoubleArray.copyOf(busy),
        lostSeconds,
        ImmutableIntArray.copyOf(machines),
        ImmutableDoubleArray.copyOf(starts),
        ImmutableDoubleArray.copyOf(finishes));
  }

  private double nextDisruption() {
    return disrupted < disruptions.size()
        ? disruptions.get(disrupted).at()
        : Double.POSITIVE_INFINITY;
  }

  private void endTasks() {
    IntArrayList ended = new IntArrayList();
    while (!running.isEmpty() && finishes[running.first()] <= now) {
      ended.add(running.dequeue());
    }
    ended.sort(IntComparators.NATURAL_COMPARATOR); // a heap gives equals in any order
    IntArrayList ready = new IntArrayList();
    for (int i = 0; i < ended.size(); i++) {
      int task = ended.getInt(i);
      occupied[machines[task]]--;
      busy[machines[task]] += finishes[task] - starts[task];
      dispatcher.ended(task, machines[task]);
      end(task, ready);
    }
    release(ready);
  }

  /**
   * @param ready is added what can be done now
   */
  private void end(int task, IntArrayList ready) {
    states[task] = State.DONE;
    done++;
    last = Math.max(last, now);
    for (int i = 0; i < work.problem().precedence().dependentCount(task); i++) {
      int dependent = work.problem().precedence().dependent(task, i);
      if (--waitsFor[dependent] == 0) {
        ready.add(dependent);
      }
    }
  }

  /** Grows while it is worked off: what takes no time ends at once. */
  private void release(IntArrayList ready) {
    for (int i = 0; i < ready.size(); i++) {
      int task = ready.getInt(i);
      states[task] = State.READY;
      if (work.problem().leastDuration(task) == 0) {
        machines[task] = work.task(task).machine();
        starts[task] = now;
        finishes[task] = now;
        end(task, ready);
      } else if (work.isSubstitution(task)) {
        start(task, work.builders().size());
      } else {
        dispatcher.ready(task);
      }
    }
  }

  private void disrupt() {
    while (nextDisruption() <= now) {
      Disruption disruption = disruptions.get(disrupted++);
      int machine = disruption.machine();
      down[machine] += disruption.goesDown() ? 1 : -1;
      for (int t = 0; down[machine] > 0 && occupied[machine] > 0 && t < states.length; t++) {
        if (states[t] == State.RUNNING && machines[t] == machine) {
          lose(t);
        }
      }
    }
  }

  private void lose(int task) {
    int machine = machines[task];
    running.remove(task);
    occupied[machine]--;
    double spent = Math.max(0, now - starts[task]);
    busy[machine] += spent;
    lostSeconds += spent;
    machines[task] = -1;
    states[task] = State.READY;
    dispatcher.lost(task, machine, this);
  }

  @Override
  public double now() {
    return now;
  }

  @Override
  public int running(int machine) {
    return occupied[machine];
  }

  @Override
  public boolean isUp(int machine) {
    return down[machine] == 0;
  }

  @Override
  public int free(int machine) {
    return isUp(machine) ? work.problem().machine(machine).slots() - occupied[machine] : 0;
  }

  @Override
  public void start(int task, int machine) {
    double seconds = work.problem().duration(task, machine) * factors[task];
    Preconditions.checkState(
        states[task] == State.READY && free(machine) > 0 && seconds < Double.POSITIVE_INFINITY,
        "%s, which is %s, on %s with %s slots free for %s s",
        work.problem().taskName(task),
        states[task],
        machine,
        free(machine),
        seconds);
    states[task] = State.RUNNING;
    occupied[machine]++; // also while its inputs are on their way, as with Nix
    machines[task] = machine;
    starts[task] = Math.max(now, arrival(task, machine));
    finishes[task] = starts[task] + seconds;
    running.enqueue(task);
  }

  /** When all that it needs is on the machine. */
  private double arrival(int task, int machine) {
    double arrival = 0;
    Precedence precedence = work.problem().precedence();
    for (int i = 0; i < precedence.needCount(task); i++) {
      int need = precedence.need(task, i);
      double way = work.problem().delay(need, machines[need], task, machine);
      arrival = Math.max(arrival, finishes[need] + way);
    }
    return arrival;
  }

  @Override
  public void fail(int task) {
    Preconditions.checkState(
        states[task] == State.READY, "%s is %s", work.problem().taskName(task), states[task]);
    states[task] = State.FAILED;
    firstFailure = Math.min(firstFailure, now);
    last = Math.max(last, now);
  }
}

package dev.crossplan.planner.simulate;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.function.IntPredicate;

/**
 * What both queue runners of Hydra have in common: steps that can be run, in an order, and that one
 * whose machine failed is tried again after a minute, three minutes, nine … and given up at the
 * fifth time.
 */
abstract class HydraQueue implements Dispatcher {
  private static final double RETRY_SECONDS = 60;
  private static final double RETRY_BACKOFF = 3;
  private static final int MOST_TRIES = 5;

  final Workload work;
  private final TaskOrder order;

  /** By machine, the places of the steps that can be run there. */
  private final BitSet[] runnable;

  private final double meanJitter;
  private final int[] tries;
  private final double[] retryAt;
  private final IntArrayList delayed = new IntArrayList();

  /**
   * @param meanJitter seconds that are added to the time until something is tried again
   */
  HydraQueue(Workload work, Comparator<Integer> order, double meanJitter) {
    this.work = work;
    this.meanJitter = meanJitter;
    this.order = new TaskOrder(work.taskCount(), order);
    this.runnable = new BitSet[work.builders().size()];
    Arrays.setAll(runnable, machine -> new BitSet());
    this.tries = new int[work.taskCount()];
    this.retryAt = new double[work.taskCount()];
  }

  @Override
  public void ready(int task) {
    for (int machine = 0; machine < runnable.length; machine++) {
      if (work.canRun(task, machine)) {
        runnable[machine].set(order.place(task));
      }
    }
  }

  @Override
  public void ended(int task, int machine) {}

  @Override
  public void lost(int task, int machine, Floor floor) {
    retryLater(task, floor);
  }

  /** Its machine could not be reached, or went away. */
  final void retryLater(int task, Floor floor) {
    remove(task);
    if (++tries[task] == MOST_TRIES) {
      floor.fail(task);
      return;
    }
    retryAt[task] = floor.now() + pause(tries[task]) + meanJitter;
    delayed.add(task);
  }

  /** How long to wait after so many failures. */
  static double pause(int failures) {
    return RETRY_SECONDS * Math.pow(RETRY_BACKOFF, failures - 1);
  }

  final void remove(int task) {
    for (BitSet set : runnable) {
      set.clear(order.place(task));
    }
  }

  @Override
  public final void dispatch(Floor floor) {
    for (int i = delayed.size() - 1; i >= 0; i--) {
      int task = delayed.getInt(i);
      if (retryAt[task] <= floor.now()) {
        delayed.removeInt(i);
        ready(task);
      }
    }
    assign(floor);
  }

  /** Starts what can be started. */
  abstract void assign(Floor floor);

  @Override
  public double wakeAt() {
    double at = Double.POSITIVE_INFINITY;
    for (int i = 0; i < delayed.size(); i++) {
      at = Math.min(at, retryAt[delayed.getInt(i)]);
    }
    return at;
  }

  final int machineCount() {
    return runnable.length;
  }

  /** The first step that the machine supports, or -1. */
  final int first(int machine) {
    int place = runnable[machine].nextSetBit(0);
    return place < 0 ? -1 : order.task(place);
  }

  /**
   * Visits the steps that can be run on any of some machines, in their order.
   *
   * @param visitor is given a step, and says whether to go on with the next
   */
  final void visit(IntPredicate machines, IntPredicate visitor) {
    BitSet all = new BitSet();
    for (int machine = 0; machine < runnable.length; machine++) {
      if (machines.test(machine)) {
        all.or(runnable[machine]);
      }
    }
    int place = all.nextSetBit(0);
    while (place >= 0 && visitor.test(order.task(place))) {
      place = all.nextSetBit(place + 1);
    }
  }

  final void start(int task, int machine, Floor floor) {
    remove(task);
    floor.start(task, machine);
  }

  final int slots(int machine) {
    return work.builders().get(machine).slots();
  }

  final float speed(int machine) {
    return (float) work.builders().get(machine).speed();
  }

  /** How many steps need it directly. */
  static int users(Workload work, int task) {
    return work.problem().precedence().dependentCount(task);
  }
}

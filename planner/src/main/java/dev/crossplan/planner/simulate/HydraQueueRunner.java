package dev.crossplan.planner.simulate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Hydra's queue runner in Rust, which took the place of the one in C++ in 2026, with the orders
 * that it has unless told otherwise.
 *
 * <p>Steps that more steps need directly come first, then those of the older build. Each goes to
 * the first machine with a free slot, in the order of speed factor times cores times bogomips: here
 * slots stand for cores, and bogomips are taken for the same everywhere.
 */
final class HydraQueueRunner extends HydraQueue {
  /** What no machine that is connected supports is given up after so long. */
  private static final double MOST_UNSUPPORTED_SECONDS = 120;

  /** The best first; sorted when they connect, so that what runs on them does not count. */
  private final int[] machines;

  /** By step; not a number while a machine supports it. */
  private final double[] unsupportedSince;

  private double wakeForUnsupported = Double.POSITIVE_INFINITY;

  HydraQueueRunner(Workload work) {
    super(
        work,
        Comparator.<Integer>comparingInt(task -> -users(work, task))
            .thenComparingInt(task -> work.task(task).job()),
        0);
    this.machines =
        IntStream.range(0, machineCount())
            .boxed()
            .sorted(
                Comparator.comparingDouble(machine -> -(double) speed(machine) * slots(machine)))
            .mapToInt(Integer::intValue)
            .toArray();
    this.unsupportedSince = new double[work.taskCount()];
    Arrays.fill(unsupportedSince, Double.NaN);
  }

  @Override
  void assign(Floor floor) {
    wakeForUnsupported = Double.POSITIVE_INFINITY;
    boolean allUp = IntStream.of(machines).allMatch(floor::isUp);
    visit(
        machine -> !floor.isUp(machine) || floor.free(machine) > 0,
        task -> {
          assign(task, floor);
          return !allUp || IntStream.of(machines).anyMatch(machine -> floor.free(machine) > 0);
        });
  }

  private void assign(int task, Floor floor) {
    boolean supported = false;
    for (int machine : machines) {
      if (work.canRun(task, machine) && floor.isUp(machine)) {
        supported = true;
        if (floor.free(machine) > 0) {
          start(task, machine, floor);
          return;
        }
      }
    }
    if (supported) {
      unsupportedSince[task] = Double.NaN;
      return;
    }
    if (Double.isNaN(unsupportedSince[task])) {
      unsupportedSince[task] = floor.now();
    }
    double end = unsupportedSince[task] + MOST_UNSUPPORTED_SECONDS;
    if (end <= floor.now()) {
      remove(task);
      floor.fail(task);
    } else {
      wakeForUnsupported = Math.min(wakeForUnsupported, end);
    }
  }

  @Override
  public double wakeAt() {
    return Math.min(super.wakeAt(), wakeForUnsupported);
  }
}

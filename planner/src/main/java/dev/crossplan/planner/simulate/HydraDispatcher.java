package dev.crossplan.planner.simulate;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Hydra's queue runner in C++, {@code dispatcher.cc}, as of 2024-04-21 (720db63d) to its end in
 * 2026.
 *
 * <p>The machine with the least load, which is jobs / speed factor rounded to a whole number, takes
 * the first step that it supports; of equal loads the faster, then the one with more jobs. Then all
 * over again. Of the steps of one jobset those come first that require more features, then those
 * that more steps need directly, then those of the older build.
 */
final class HydraDispatcher extends HydraQueue {
  /** Failures within so many seconds are one. */
  private static final double TOGETHER_SECONDS = 30;

  private static final int MOST_FAILURES = 4;

  /** A random time below ten seconds: a step may be tried again. */
  private static final double STEP_JITTER = 5;

  /** Below thirty: so is a machine, mostly later than the step that it failed. */
  private static final double MACHINE_JITTER = 15;

  private final int[] failures;
  private final double[] lastFailure;
  private final double[] disabledUntil;
  private double now;

  HydraDispatcher(Workload work) {
    super(
        work,
        Comparator.<Integer>comparingInt(task -> -work.task(task).features())
            .thenComparingInt(task -> -users(work, task))
            .thenComparingInt(task -> work.task(task).job()),
        STEP_JITTER);
    this.failures = new int[machineCount()];
    this.lastFailure = new double[machineCount()];
    this.disabledUntil = new double[machineCount()];
  }

  @Override
  public void lost(int task, int machine, Floor floor) {
    disable(machine, floor.now());
    super.lost(task, machine, floor);
  }

  @Override
  void assign(Floor floor) {
    now = floor.now();
    while (assignOne(floor)) {
      // The order of the machines has changed.
    }
  }

  private boolean assignOne(Floor floor) {
    int[] machines =
        IntStream.range(0, machineCount())
            .filter(machine -> disabledUntil[machine] <= floor.now())
            .boxed()
            .sorted(
                Comparator.<Integer>comparingInt(
                        machine -> Math.round(floor.running(machine) / speed(machine)))
                    .thenComparingDouble(machine -> -speed(machine))
                    .thenComparingInt(machine -> -floor.running(machine)))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int machine : machines) {
      int task = floor.running(machine) < slots(machine) ? first(machine) : -1;
      if (task < 0) {
        continue;
      }
      if (floor.isUp(machine)) {
        failures[machine] = 0;
        start(task, machine, floor);
      } else {
        disable(machine, floor.now());
        retryLater(task, floor);
      }
      return true;
    }
    return false;
  }

  private void disable(int machine, double now) {
    if (failures[machine] > 0 && lastFailure[machine] >= now - TOGETHER_SECONDS) {
      return;
    }
    failures[machine] = Math.min(failures[machine] + 1, MOST_FAILURES);
    lastFailure[machine] = now;
    disabledUntil[machine] = now + pause(failures[machine]) + MACHINE_JITTER;
  }

  @Override
  public double wakeAt() {
    double at = super.wakeAt();
    for (int machine = 0; machine < machineCount(); machine++) {
      if (disabledUntil[machine] > now && first(machine) >= 0) {
        at = Math.min(at, disabledUntil[machine]);
      }
    }
    return at;
  }
}

package dev.crossplan.planner.schedule;

import com.google.common.base.Preconditions;

/**
 * How long each task takes on each machine: whatever it is, in n x m numbers, or work over speed,
 * in n + m. Keeps arrays without a copy.
 */
abstract sealed class Durations {
  /** Infinite where the machine cannot run the task. */
  abstract double of(int task, int machine);

  /** Whether there are so many. */
  abstract boolean has(int tasks, int machines);

  /**
   * @param seconds row by row: {@code seconds[task * machines + machine]}
   */
  static Durations each(double[] seconds, int machines) {
    return new Table(seconds, machines);
  }

  /**
   * @param speeds above 0
   */
  static Durations bySpeed(double[] work, double[] speeds) {
    for (double speed : speeds) {
      Preconditions.checkArgument(speed > 0, "speed %s", speed);
    }
    return new Uniform(work, speeds);
  }

  private static final class Table extends Durations {
    private final double[] seconds;
    private final int machines;

    Table(double[] seconds, int machines) {
      this.seconds = seconds;
      this.machines = machines;
    }

    @Override
    double of(int task, int machine) {
      return seconds[task * machines + machine];
    }

    @Override
    boolean has(int tasks, int machineCount) {
      return machines == machineCount && seconds.length == (long) tasks * machineCount;
    }
  }

  private static final class Uniform extends Durations {
    private final double[] work;
    private final double[] speeds;

    Uniform(double[] work, double[] speeds) {
      this.work = work;
      this.speeds = speeds;
    }

    @Override
    double of(int task, int machine) {
      return work[task] / speeds[machine];
    }

    @Override
    boolean has(int tasks, int machineCount) {
      return work.length == tasks && speeds.length == machineCount;
    }
  }
}

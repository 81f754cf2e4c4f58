package dev.crossplan.planner.schedule;

import com.google.common.base.Preconditions;

/**
 * How long it takes to bring what a task has made to another machine, where those that need it are
 * to run. All that are needed are on their way at the same time, and none waits for another.
 *
 * <p>In the literature: communication delays, of which HEFT knows as well.
 */
public final class Transfers {
  /** Everything is everywhere at once. */
  public static final Transfers NONE = new Transfers(new long[0], new double[0], 0);

  private final long[] bytes;
  private final double[] secondsPerByte;
  private final int machines;

  private Transfers(long[] bytes, double[] secondsPerByte, int machines) {
    this.bytes = bytes;
    this.secondsPerByte = secondsPerByte;
    this.machines = machines;
  }

  /**
   * Transfers between machines.
   *
   * @param bytes by task, what its result takes on the way
   * @param secondsPerByte m x m: {@code secondsPerByte[from * m + to]}, 0 or more, in the problem's
   *     unit of time; 0 from a machine to itself
   */
  public static Transfers of(long[] bytes, double[] secondsPerByte) {
    int machines = (int) Math.round(Math.sqrt(secondsPerByte.length));
    Preconditions.checkArgument(
        machines * machines == secondsPerByte.length, "no square: %s", secondsPerByte.length);
    for (long each : bytes) {
      Preconditions.checkArgument(each >= 0, "%s bytes", each);
    }
    for (int i = 0; i < secondsPerByte.length; i++) {
      boolean same = i % (machines + 1) == 0;
      Preconditions.checkArgument(
          secondsPerByte[i] >= 0 && secondsPerByte[i] < 1e9 && (!same || secondsPerByte[i] == 0),
          "%s seconds for a byte",
          secondsPerByte[i]);
    }
    return new Transfers(bytes.clone(), secondsPerByte.clone(), machines);
  }

  boolean isNone() {
    return machines == 0;
  }

  void check(int tasks, int machineCount) {
    Preconditions.checkArgument(
        isNone() || (bytes.length == tasks && machines == machineCount),
        "transfers of %s tasks between %s machines",
        bytes.length,
        machines);
  }

  /** How long the result of {@code task} is on its way. */
  double seconds(int task, int from, int to) {
    return machines == 0 ? 0 : bytes[task] * secondsPerByte[from * machines + to];
  }
}

package dev.crossplan.planner.calibration;

import com.google.common.base.Preconditions;

/**
 * How long a unit of work took, once.
 *
 * @param seconds that passed
 * @param cpuSeconds of user and system together, of all its processes
 */
public record Sample(double seconds, double cpuSeconds) {
  public Sample {
    Preconditions.checkArgument(seconds >= 0 && seconds < 1e9, "seconds: %s", seconds);
    Preconditions.checkArgument(cpuSeconds >= 0 && cpuSeconds < 1e9, "cpuSeconds: %s", cpuSeconds);
  }
}

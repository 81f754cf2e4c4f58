package dev.crossplan.planner.calibration;

import com.google.common.base.Preconditions;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a machine takes for a unit of one kind of work by one strategy. Units are the same on
 * every machine; what one is like is of no importance, only quotients are.
 *
 * @param seconds that pass, the median
 * @param cpuSeconds of user and system, the median
 * @param spread median deviation from {@code cpuSeconds}, as a part of it
 * @param samples that were taken
 * @param cores that can work at the same time
 * @param cpu what the kernel calls it
 * @param qemu version of the QEMU that emulates, or would
 * @param tool compiler or interpreter, with its version
 */
public record Calibration(
    Machine machine,
    Strategy strategy,
    Kind kind,
    double seconds,
    double cpuSeconds,
    double spread,
    int samples,
    int cores,
    String cpu,
    Optional<String> qemu,
    String tool,
    Instant takenAt) {

  public Calibration {
    Preconditions.checkArgument(seconds > 0 && seconds < 1e9, "seconds: %s", seconds);
    Preconditions.checkArgument(cpuSeconds > 0 && cpuSeconds < 1e9, "cpuSeconds: %s", cpuSeconds);
    Preconditions.checkArgument(spread >= 0 && spread < 1e9, "spread: %s", spread);
    Preconditions.checkArgument(samples >= 1, "samples: %s", samples);
    Preconditions.checkArgument(cores >= 1, "cores: %s", cores);
  }
}

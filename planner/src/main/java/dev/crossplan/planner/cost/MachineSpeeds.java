package dev.crossplan.planner.cost;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.calibration.Calibrations;
import dev.crossplan.planner.calibration.Kind;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;

/** How fast machines are, compared with the one of which the usual times are. */
public final class MachineSpeeds {
  /**
   * CPU seconds for a unit of C, as {@code crossplan calibrate} measured a virtual machine (EPYC,
   * gcc 12.2) on which the packages of fixtures/real that the books have take some 120 s for a
   * standard build unit: the median of 14 of them, which are apart by a factor of two.
   */
  private static final double REFERENCE_UNIT = 0.37;

  /** Of the logarithm of a speed that was measured. */
  private static final double SPREAD = 0.15;

  private MachineSpeeds() {}

  /**
   * As it was measured; empty if it was not.
   *
   * @param machine what is known of it
   */
  static Optional<LogNormal> of(Calibrations machine) {
    return machine
        .find(Kind.COMPILE_C, Strategy.NATIVE)
        .map(unit -> new LogNormal(REFERENCE_UNIT / unit.cpuSeconds(), SPREAD));
  }

  /**
   * Of the machines that did some builds, as far as they were measured.
   *
   * @param measured what is known of a machine
   */
  public static ImmutableMap<String, LogNormal> of(
      Collection<Timing> builds, Function<Machine, Calibrations> measured) {
    ImmutableMap.Builder<String, LogNormal> speeds = ImmutableMap.builder();
    builds.stream()
        .map(Timing::machine)
        .distinct()
        .forEach(
            name ->
                of(measured.apply(new Machine(name))).ifPresent(speed -> speeds.put(name, speed)));
    return speeds.buildOrThrow();
  }
}

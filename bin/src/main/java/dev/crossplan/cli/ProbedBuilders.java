package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.calibration.Calibration;
import dev.crossplan.planner.calibration.Calibrations;
import dev.crossplan.planner.calibration.Kind;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Machines;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.remote.Probe;
import dev.crossplan.planner.remote.Probe.Difference;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Builders as they are written, and what they say of themselves.
 *
 * @param probes one for each builder in the same order, or none if none was asked
 */
record ProbedBuilders(Machines machines, ImmutableList<Probe> probes) {
  /** Builds of one package on one machine may be so many times as long as another's. */
  private static final double MOST_APART = 1.5;

  /** Those that cannot be used. */
  ImmutableList<Probe> failures() {
    return probes.stream()
        .filter(probe -> probe.failure().isPresent())
        .collect(ImmutableList.toImmutableList());
  }

  /** Those that said something. */
  ImmutableList<Probe> answered() {
    return probes.stream()
        .filter(probe -> probe.answer().isPresent())
        .collect(ImmutableList.toImmutableList());
  }

  /** What came of asking a builder; empty if none was asked. */
  Optional<Probe> probe(Builder builder) {
    return probes.stream()
        .filter(probe -> probe.builder().name().equals(builder.name()))
        .findFirst();
  }

  /** The builders as they are found to be; as they are written where they were not asked. */
  ImmutableList<Builder> corrected() {
    return machines.builders().stream()
        .map(builder -> probe(builder).map(Probe::corrected).orElse(builder))
        .collect(ImmutableList.toImmutableList());
  }

  /** Where a builder is not as it is written, as it says itself and as it was measured. */
  ImmutableList<Difference> differences(Probe probe) {
    Builder builder = probe.builder();
    double here =
        machines.builders().stream()
            .filter(Builder::isHere)
            .findFirst()
            .map(Builder::speed)
            .orElse(1.0);
    OptionalDouble times = measuredSpeed(builder);
    double measured = times.orElse(1) * here;
    boolean isApart =
        times.isPresent()
            && !builder.isHere()
            && Math.abs(Math.log(builder.speed() / measured)) > Math.log(MOST_APART);
    if (!isApart) {
      return probe.differences();
    }
    return ImmutableList.<Difference>builder()
        .addAll(probe.differences())
        .add(
            new Difference(
                String.format(
                    Locale.ROOT,
                    "is said to have speed %s, but compiles C %.2f times as fast as this machine,"
                        + " whose speed is %s",
                    BuildersText.number(builder.speed()),
                    times.getAsDouble(),
                    BuildersText.number(here)),
                "Maybe speed = " + BuildersText.number(rounded(measured)) + "."))
        .build();
  }

  /** To two digits, as no measurement knows more. */
  private static double rounded(double value) {
    return BigDecimal.valueOf(value).round(new MathContext(2)).doubleValue();
  }

  /**
   * How many times as fast as this machine a builder compiles C on one core; empty unless {@code
   * crossplan calibrate} has measured both.
   */
  static OptionalDouble measuredSpeed(Builder builder) {
    Machine machine =
        builder.isHere() ? Machine.here() : Machine.at(builder.uri().orElse(builder.name()));
    Optional<Calibration> here = compiling(HistoryOption.measured(Machine.here()));
    Optional<Calibration> there = compiling(HistoryOption.measured(machine));
    return here.isEmpty() || there.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(here.get().cpuSeconds() / there.get().cpuSeconds());
  }

  private static Optional<Calibration> compiling(Calibrations measured) {
    return measured.find(Kind.COMPILE_C, Strategy.NATIVE);
  }
}

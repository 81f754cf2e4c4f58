package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.calibration.Calibration;
import dev.crossplan.planner.calibration.Calibrations;
import dev.crossplan.planner.calibration.Kind;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Machines;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.machine.Probe;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Builders as they are written, and what they say of themselves.
 *
 * @param probes one for each builder in the same order, or none if none was asked
 */
record ProbedBuilders(Machines machines, ImmutableList<Probe> probes) {

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

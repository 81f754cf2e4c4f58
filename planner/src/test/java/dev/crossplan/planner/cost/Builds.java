package dev.crossplan.planner.cost;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Trait;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Builds for tests, one a day. */
final class Builds {
  static final String DESK = "desk";

  private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

  private Builds() {}

  static Timing build(int day, String name, Strategy strategy, double seconds) {
    return build(day, name, "1", strategy, DESK, seconds, ImmutableMap.of());
  }

  static Timing build(
      int day,
      String name,
      String version,
      Strategy strategy,
      String machine,
      double seconds,
      ImmutableMap<String, Double> phases) {
    return new Timing(
        name,
        version,
        Optional.of("riscv64-linux"),
        Optional.of(strategy),
        machine,
        FIRST.plus(Duration.ofDays(day)),
        seconds,
        new Circumstances(
            OptionalInt.of(1),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.of(0),
            ImmutableSet.of(Trait.CMAKE),
            OptionalLong.of(1_000_000),
            Optional.empty(),
            phases));
  }

  static Subject subject(String name, Strategy strategy) {
    return Subject.of(build(0, name, strategy, 1)).orElseThrow();
  }
}

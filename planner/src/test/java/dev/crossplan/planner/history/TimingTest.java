package dev.crossplan.planner.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TimingTest {
  private static Timing timing(OptionalDouble waited) {
    return new Timing(
        "curl",
        "8.9",
        Optional.of("riscv64-linux"),
        Optional.of(Strategy.CROSS),
        "desk",
        Instant.EPOCH,
        40,
        new Circumstances(
            OptionalInt.empty(),
            OptionalDouble.of(28),
            waited,
            OptionalDouble.empty(),
            ImmutableSet.of(),
            OptionalLong.empty(),
            Optional.empty(),
            ImmutableMap.of("configurePhase", 8.0, "buildPhase", 32.0)));
  }

  @Test
  void whatABuildWaitedForOthersIsTakenOffItsPhasesToo() {
    Timing undisturbed = timing(OptionalDouble.of(10)).undisturbed();
    assertEquals(30, undisturbed.seconds());
    assertEquals(
        Map.of("configurePhase", 6.0, "buildPhase", 24.0), undisturbed.circumstances().phases());
    assertEquals(undisturbed, undisturbed.undisturbed());
  }

  @Test
  void whereNobodyKnowsOfWaitingAllOfItCounts() {
    assertEquals(timing(OptionalDouble.empty()), timing(OptionalDouble.empty()).undisturbed());
  }
}

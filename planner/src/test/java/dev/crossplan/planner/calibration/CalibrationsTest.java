package dev.crossplan.planner.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class CalibrationsTest {
  private static Calibration of(Kind kind, Strategy strategy, double seconds, String tool) {
    return new Calibration(
        new Machine("desk"),
        strategy,
        kind,
        seconds * 1.5,
        seconds,
        0.01,
        3,
        4,
        "a CPU",
        Optional.empty(),
        tool,
        Instant.EPOCH);
  }

  private static Calibration of(Kind kind, Strategy strategy, double seconds) {
    return of(kind, strategy, seconds, "gcc");
  }

  @Test
  void aFactorIsOfCpuSeconds() {
    Calibrations known =
        Calibrations.of(
            ImmutableList.of(
                of(Kind.COMPILE_C, Strategy.NATIVE, 0.4),
                of(Kind.COMPILE_C, Strategy.EMULATED, 4.0)));
    assertEquals(10, known.factor(Kind.COMPILE_C, Strategy.EMULATED).getAsDouble(), 1e-9);
    assertEquals(1, known.factor(Kind.COMPILE_C, Strategy.NATIVE).getAsDouble());
    assertEquals(OptionalDouble.empty(), known.factor(Kind.COMPILE_C, Strategy.CROSS));
    assertEquals(OptionalDouble.empty(), known.factor(Kind.LINK, Strategy.EMULATED));
  }

  @Test
  void differentInterpretersAreNotCompared() {
    Calibrations known =
        Calibrations.of(
            ImmutableList.of(
                of(Kind.INTERPRETER, Strategy.NATIVE, 0.4, "perl"),
                of(Kind.INTERPRETER, Strategy.EMULATED, 4.0, "sh")));
    assertTrue(known.factor(Kind.INTERPRETER, Strategy.EMULATED).isEmpty());
  }

  /** Four compilations at once take twice as long as one: twice as much is done in the time. */
  @Test
  void theGainOfCoresIsOfTheTimeThatPasses() {
    Calibrations known =
        Calibrations.of(
            ImmutableList.of(
                of(Kind.COMPILE_C, Strategy.NATIVE, 1), of(Kind.PARALLEL, Strategy.NATIVE, 2)));
    assertEquals(2, known.parallelGain().getAsDouble(), 1e-9);
    assertTrue(Calibrations.NONE.parallelGain().isEmpty());
  }

  @Test
  void theNewerHoldsAndTheOtherStays() {
    Calibrations known =
        Calibrations.of(
                ImmutableList.of(
                    of(Kind.COMPILE_C, Strategy.NATIVE, 1), of(Kind.LINK, Strategy.NATIVE, 1)))
            .with(ImmutableList.of(of(Kind.COMPILE_C, Strategy.NATIVE, 2)));
    assertEquals(2, known.find(Kind.COMPILE_C, Strategy.NATIVE).orElseThrow().cpuSeconds());
    assertEquals(1, known.find(Kind.LINK, Strategy.NATIVE).orElseThrow().cpuSeconds());
    assertEquals(2, known.all().size());
  }

  @Test
  void refusesWhatNoMachineDoes() {
    assertThrows(IllegalArgumentException.class, () -> of(Kind.COMPILE_C, Strategy.NATIVE, 0));
    assertThrows(
        IllegalArgumentException.class, () -> of(Kind.COMPILE_C, Strategy.NATIVE, Double.NaN));
  }

  @Test
  void factorsAreKnownForMachinesThatNobodyMeasured() {
    assertEquals(
        Optional.of(new KnownFactors.Factor(7.5, 10.7, 12.1)),
        KnownFactors.of(Kind.COMPILE_C, Strategy.EMULATED));
    assertEquals(
        Optional.of(new KnownFactors.Factor(1, 1, 1)),
        KnownFactors.of(Kind.TESTS, Strategy.NATIVE));
    assertEquals(Optional.empty(), KnownFactors.of(Kind.TESTS, Strategy.CROSS));
    assertEquals(9, KnownFactors.all().size());
  }
}

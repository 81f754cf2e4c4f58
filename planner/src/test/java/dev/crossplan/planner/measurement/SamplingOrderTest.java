package dev.crossplan.planner.measurement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.calibration.Sample;
import dev.crossplan.planner.calibration.Samples;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SamplingOrderTest {
  private static final SamplingOrder ORDER = new SamplingOrder(60, 3, 9, 0.02);

  private static Samples of(double... cpuSeconds) {
    Samples samples = Samples.NONE;
    for (double each : cpuSeconds) {
      samples = samples.and(new Sample(each, each));
    }
    return samples;
  }

  @Test
  void inTurns() {
    assertEquals(OptionalInt.of(0), ORDER.next(List.of(Samples.NONE, Samples.NONE), 0));
    assertEquals(OptionalInt.of(1), ORDER.next(List.of(of(1), Samples.NONE), 0));
    assertEquals(OptionalInt.of(0), ORDER.next(List.of(of(1), of(1)), 0));
  }

  @Test
  void enoughWhenTheyHardlySpread() {
    assertEquals(OptionalInt.of(1), ORDER.next(List.of(of(1, 1.01, 1), of(1, 1.2, 1.1)), 0));
    assertEquals(OptionalInt.empty(), ORDER.next(List.of(of(1, 1.01, 1)), 0));
  }

  @Test
  void enoughWhenThereAreMany() {
    assertEquals(OptionalInt.empty(), ORDER.next(List.of(of(1, 2, 1, 2, 1, 2, 1, 2, 1)), 0));
  }

  @Test
  void whatTakesTooLongIsNotBegunAgain() {
    assertEquals(OptionalInt.of(1), ORDER.next(List.of(of(20), of(5)), 50));
    assertEquals(OptionalInt.empty(), ORDER.next(List.of(of(20), of(5)), 56));
  }

  @Test
  void butEachIsMeasuredOnce() {
    assertEquals(OptionalInt.of(1), ORDER.next(List.of(of(20), Samples.NONE), 1000));
  }

  @Test
  void aSampleIsLongerThanTheTicksOfTheClock() {
    assertEquals(1, SamplingOrder.units(Samples.NONE));
    assertEquals(3, SamplingOrder.units(of(0.25)));
    assertEquals(1, SamplingOrder.units(of(4)));
    assertEquals(100, SamplingOrder.units(of(0)));
  }

  /** Whatever the machine does meanwhile, it ends in time but for what has to be measured once. */
  @Property
  void endsInTime(
      @ForAll @Size(min = 1, max = 8) List<@DoubleRange(min = 0.01, max = 30) Double> units,
      @ForAll long seed) {
    Random noise = new Random(seed);
    List<Samples> taken = new ArrayList<>(Collections.nCopies(units.size(), Samples.NONE));
    double gone = 0;
    for (OptionalInt next = ORDER.next(taken, gone);
        next.isPresent();
        next = ORDER.next(taken, gone)) {
      int kind = next.getAsInt();
      double seconds = units.get(kind) * (1 + noise.nextDouble());
      gone += seconds * SamplingOrder.units(taken.get(kind));
      taken.set(kind, taken.get(kind).and(new Sample(seconds, seconds)));
    }
    double once = units.stream().mapToDouble(each -> 2 * each).sum();
    // The last that was begun may take twice as long as expected.
    assertTrue(
        gone <= Math.max(once, ORDER.limitSeconds()) + ORDER.limitSeconds(), "after " + gone);
    assertTrue(taken.stream().allMatch(samples -> samples.count() >= 1), taken.toString());
  }
}

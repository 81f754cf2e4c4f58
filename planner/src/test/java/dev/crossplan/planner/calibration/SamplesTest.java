package dev.crossplan.planner.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SamplesTest {
  private static Samples of(List<Double> cpuSeconds) {
    return new Samples(
        cpuSeconds.stream()
            .map(each -> new Sample(2 * each, each))
            .collect(ImmutableList.toImmutableList()));
  }

  @Test
  void medianAndMedianDeviation() {
    Samples samples = of(List.of(1.0, 1.1, 9.0, 0.9, 1.0));
    assertEquals(1.0, samples.cpuSeconds());
    assertEquals(2.0, samples.seconds());
    assertEquals(0.1, samples.spread(), 1e-12);
  }

  @Test
  void ofTwoTheMedianIsBetweenThem() {
    assertEquals(1.5, of(List.of(1.0, 2.0)).cpuSeconds());
  }

  @Test
  void ofOneNothingSpreads() {
    assertEquals(0, of(List.of(3.0)).spread());
  }

  @Property
  void orderDoesNotMatter(
      @ForAll @Size(min = 1, max = 9) List<@DoubleRange(min = 0.01, max = 100) Double> seconds,
      @ForAll long seed) {
    List<Double> shuffled = new ArrayList<>(seconds);
    Collections.shuffle(shuffled, new Random(seed));
    assertEquals(of(seconds).cpuSeconds(), of(shuffled).cpuSeconds());
    assertEquals(of(seconds).spread(), of(shuffled).spread());
  }

  /** So a factor between two machines does not depend on the unit of work. */
  @Property
  void whatIsTwiceAsMuchWorkTakesTwiceAsLongAndSpreadsAlike(
      @ForAll @Size(min = 1, max = 9) List<@DoubleRange(min = 0.01, max = 100) Double> seconds) {
    Samples twice = of(seconds.stream().map(each -> 2 * each).toList());
    assertEquals(2 * of(seconds).cpuSeconds(), twice.cpuSeconds(), 1e-9);
    assertEquals(of(seconds).spread(), twice.spread(), 1e-9);
  }

  @Property
  void fewThatWereDisturbedDoNotCount(
      @ForAll @Size(min = 3, max = 3) List<@DoubleRange(min = 1, max = 2) Double> calm,
      @ForAll @Size(max = 2) List<@DoubleRange(min = 50, max = 100) Double> disturbed) {
    List<Double> all = new ArrayList<>(calm);
    all.addAll(disturbed);
    double median = of(all).cpuSeconds();
    assertTrue(median >= Collections.min(calm) && median <= Collections.max(calm), all.toString());
  }
}

package dev.crossplan.planner.calibration;

import com.google.common.base.Preconditions;
import com.google.common.collect.ImmutableList;
import com.google.common.math.Quantiles;
import java.util.Collection;
import java.util.function.ToDoubleFunction;

/**
 * What repeated measurements of one kind of work gave. Medians, since what disturbs a measurement
 * makes it longer, and sometimes much longer; and of CPU seconds, which other work on the machine
 * disturbs least.
 */
public record Samples(ImmutableList<Sample> all) {
  /** None yet. */
  public static final Samples NONE = new Samples(ImmutableList.of());

  /** These, and one more. */
  public Samples and(Sample sample) {
    return new Samples(ImmutableList.<Sample>builder().addAll(all).add(sample).build());
  }

  public int count() {
    return all.size();
  }

  /** Median of what passed, in seconds. There has to be a sample. */
  public double seconds() {
    return median(Sample::seconds);
  }

  /** Median of the CPU seconds. There has to be a sample. */
  public double cpuSeconds() {
    return median(Sample::cpuSeconds);
  }

  /**
   * How far the CPU seconds of the middlemost half of the samples are from their median at the most
   * (the median absolute deviation), as a part of it. There has to be a sample; of one it is 0.
   */
  public double spread() {
    double median = cpuSeconds();
    return median == 0 ? 0 : median(sample -> Math.abs(sample.cpuSeconds() - median)) / median;
  }

  private double median(ToDoubleFunction<Sample> value) {
    Preconditions.checkState(!all.isEmpty(), "there is no sample");
    Collection<Double> values = all.stream().mapToDouble(value).boxed().toList();
    return Quantiles.median().compute(values);
  }
}

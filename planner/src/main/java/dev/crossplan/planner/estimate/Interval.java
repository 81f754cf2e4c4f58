package dev.crossplan.planner.estimate;

import com.google.common.base.Preconditions;
import com.google.common.math.Quantiles;
import java.util.Map;

/**
 * Eight of ten times the truth lies within: one of ten times below, one of ten times above.
 *
 * @param low 10th percentile
 * @param median as often it is below as above
 * @param high 90th percentile
 */
public record Interval(double low, double median, double high) {
  public Interval {
    Preconditions.checkArgument(
        low <= median && median <= high, "%s to %s, median %s", low, high, median);
  }

  /** Of so many times as much. */
  Interval times(double factor) {
    return new Interval(low * factor, median * factor, high * factor);
  }

  /** Of what was found in that many tries. */
  static Interval of(double[] samples) {
    Map<Integer, Double> found = Quantiles.percentiles().indexes(10, 50, 90).compute(samples);
    double low = found.getOrDefault(10, 0.0);
    double median = Math.max(low, found.getOrDefault(50, 0.0));
    return new Interval(low, median, Math.max(median, found.getOrDefault(90, 0.0)));
  }
}

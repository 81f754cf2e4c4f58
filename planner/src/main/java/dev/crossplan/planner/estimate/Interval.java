package dev.crossplan.planner.estimate;

import com.google.common.base.Preconditions;
import com.google.common.math.Quantiles;
import java.util.Map;

/**
 * Eight of ten times the truth lies within: one of ten times below, one of ten times above.
 *
 * @param low 10th percentile
 * @param high 90th percentile
 */
public record Interval(double low, double high) {
  public Interval {
    Preconditions.checkArgument(low <= high, "%s to %s", low, high);
  }

  /** Of what was found in that many tries. */
  static Interval of(double[] samples) {
    Map<Integer, Double> found = Quantiles.percentiles().indexes(10, 90).compute(samples);
    double low = found.getOrDefault(10, 0.0);
    return new Interval(low, Math.max(low, found.getOrDefault(90, 0.0)));
  }
}

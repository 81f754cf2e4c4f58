package dev.crossplan.planner.cost;

import com.google.common.base.Preconditions;
import com.google.common.collect.Comparators;

/**
 * How long something takes, and how sure that is: log-normal, so that half of {@code seconds} is as
 * far off as twice.
 *
 * @param seconds the median
 * @param spread standard deviation of the logarithm, of what is particular to this step
 * @param common standard deviation of the logarithm of what all estimates of this origin and
 *     strategy may be wrong by together: it does not average out in a sum
 */
public record Estimate(double seconds, double spread, double common, Origin origin) {
  /** What is done already. */
  public static final Estimate NOTHING = exactly(0, Origin.HISTORY);

  /** Of a normal distribution: eight of ten lie within so many standard deviations. */
  private static final double EIGHT_OF_TEN = 1.2815515655446004;

  public Estimate {
    Preconditions.checkArgument(seconds >= 0 && seconds < 1e12, "seconds: %s", seconds);
    Preconditions.checkArgument(spread >= 0 && spread < 20, "spread: %s", spread);
    Preconditions.checkArgument(common >= 0 && common < 20, "common: %s", common);
  }

  /** What is taken for certain. */
  public static Estimate exactly(double seconds, Origin origin) {
    return new Estimate(seconds, 0, 0, origin);
  }

  /** One of ten is shorter. */
  public double low() {
    return seconds * Math.exp(-EIGHT_OF_TEN * Math.hypot(spread, common));
  }

  /** One of ten is longer. */
  public double high() {
    return seconds * Math.exp(EIGHT_OF_TEN * Math.hypot(spread, common));
  }

  /** The same, but all of this origin may be off by as much more together. */
  Estimate lessSure(double more) {
    return new Estimate(seconds, spread, Math.hypot(common, more), origin);
  }

  /** Of another way, of which is known that it takes so many times as long. */
  Estimate ofOtherWay(double factor) {
    return new Estimate(seconds * factor, spread, common, Comparators.max(origin, Origin.SCALED));
  }

  /** The same, but so many times as long. */
  Estimate times(double factor) {
    return new Estimate(seconds * factor, spread, common, origin);
  }
}

package dev.crossplan.planner.estimate;

import java.util.SplittableRandom;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.random.SobolSequenceGenerator;

/**
 * Points of standard normal numbers, such that percentiles of what depends on them need fewer than
 * of random ones (randomized quasi-Monte Carlo): the first numbers of each are from a Sobol
 * sequence, shifted at random, which covers all combinations of them evenly; the others are random.
 */
final class NormalPoints {
  /** Among more, the points of a few hundred are not even any longer. */
  private static final int MOST_EVEN = 32;

  /** Of a probability: what is nearer to 0 would be infinite. */
  private static final double LEAST = 1e-12;

  private static final NormalDistribution NORMAL = new NormalDistribution(0, 1);

  private final SplittableRandom random;
  private final SobolSequenceGenerator sequence;
  private final double[] shift;

  /**
   * @param dimensions how many numbers a point has, at least one; best those first that matter most
   */
  NormalPoints(int dimensions, long seed) {
    this.random = new SplittableRandom(seed);
    this.shift = random.doubles(Math.min(MOST_EVEN, dimensions)).toArray();
    this.sequence = new SobolSequenceGenerator(shift.length);
  }

  /**
   * The next point.
   *
   * @param numbers is filled
   */
  void next(double[] numbers) {
    double[] even = sequence.nextVector();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i < shift.length ? normal(even[i] + shift[i]) : random.nextGaussian();
    }
  }

  /** Of a number whose fraction is uniform. */
  private static double normal(double shifted) {
    return NORMAL.inverseCumulativeProbability(Math.max(LEAST, shifted % 1));
  }
}

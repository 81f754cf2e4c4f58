package dev.crossplan.planner.estimate;

import dev.crossplan.planner.cost.Estimate;
import dev.crossplan.planner.cost.Origin;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.plan.Step;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * By how much steps may take longer or shorter than they should: what all estimates of one origin
 * and strategy may be wrong by together is drawn once a time, what is particular to a step for each
 * step. Log-normal, with a median of 1.
 */
public final class Deviations {
  private final double[] spreads;
  private final double[] commons;
  private final int[] groupOf;
  private final int groups;

  /** What may be wrong together. */
  private record Group(Origin origin, Optional<Strategy> strategy) {}

  private Deviations(double[] spreads, double[] commons, int[] groupOf, int groups) {
    this.spreads = spreads;
    this.commons = commons;
    this.groupOf = groupOf;
    this.groups = groups;
  }

  /**
   * As uncertain as estimates say.
   *
   * @param estimates of each step, on its builder
   */
  public static Deviations of(List<Step> steps, List<Estimate> estimates) {
    int n = steps.size();
    double[] spreads = new double[n];
    double[] commons = new double[n];
    int[] groupOf = new int[n];
    Map<Group, Integer> known = new HashMap<>();
    for (int i = 0; i < n; i++) {
      Estimate estimate = estimates.get(i);
      spreads[i] = estimate.spread();
      commons[i] = estimate.common();
      Group group = new Group(estimate.origin(), steps.get(i).strategy());
      groupOf[i] = known.computeIfAbsent(group, none -> known.size());
    }
    return new Deviations(spreads, commons, groupOf, known.size());
  }

  /**
   * Each step for itself.
   *
   * @param spread standard deviation of the logarithm
   */
  public static Deviations independent(int steps, double spread) {
    double[] spreads = new double[steps];
    Arrays.fill(spreads, spread);
    return new Deviations(spreads, new double[steps], new int[steps], 1);
  }

  /** Whether all takes as long as it should. */
  public boolean isNone() {
    return Arrays.stream(spreads).allMatch(spread -> spread == 0)
        && Arrays.stream(commons).allMatch(common -> common == 0);
  }

  /**
   * Draws one time.
   *
   * @param factors is filled: by step, how many times as long it takes
   */
  public void draw(SplittableRandom random, double[] factors) {
    double[] numbers = new double[groups + spreads.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i >= groups && spreads[i - groups] == 0 ? 0 : random.nextGaussian();
    }
    fill(numbers, factors);
  }

  /**
   * The deviations of one time.
   *
   * @param numbers standard normal: first what is wrong together, group by group, then what is
   *     particular to each step
   */
  private void fill(double[] numbers, double[] factors) {
    for (int i = 0; i < factors.length; i++) {
      factors[i] = Math.exp(spreads[i] * numbers[groups + i] + commons[i] * numbers[groupOf[i]]);
    }
  }

  /**
   * Draws many times, such that sums and the like are as evenly distributed as they can be.
   *
   * @param seconds of each step
   * @return fills factors as {@link #draw} does
   */
  Consumer<double[]> evenly(double[] seconds, long seed) {
    int[] places = mostImportant(seconds);
    NormalPoints points = new NormalPoints(places.length, seed);
    double[] drawn = new double[places.length];
    double[] numbers = new double[places.length];
    return factors -> {
      points.next(drawn);
      for (int i = 0; i < places.length; i++) {
        numbers[places[i]] = drawn[i];
      }
      fill(numbers, factors);
    };
  }

  /** Places of numbers: first that by which the sum of all steps may be off most. */
  private int[] mostImportant(double[] seconds) {
    double[] importance = new double[groups + spreads.length];
    for (int i = 0; i < spreads.length; i++) {
      importance[groupOf[i]] += commons[i] * seconds[i];
      importance[groups + i] = spreads[i] * seconds[i];
    }
    return IntStream.range(0, importance.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer place) -> -importance[place]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}

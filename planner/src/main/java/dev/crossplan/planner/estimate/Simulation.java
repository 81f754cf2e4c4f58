package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.cost.Estimate;
import dev.crossplan.planner.cost.Origin;
import dev.crossplan.planner.estimate.Totals.Intervals;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.plan.Step;
import dev.crossplan.planner.schedule.Rerun;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * How far off totals may be: the course done many times, with times as uncertain as the estimates
 * say. What all estimates of one origin and strategy may be wrong by together is drawn once a time,
 * what is particular to a step for each step; the steps then run in the order of the course on the
 * same builders.
 */
final class Simulation {
  private static final int MOST_TIMES = 1000;

  /** With fewer a percentile says nothing. */
  private static final int LEAST_TIMES = 100;

  /** So many steps are enough, all times together. About a second. */
  private static final int WORK = 1_000_000;

  private final double[] medians;
  private final double[] spreads;
  private final double[] commons;
  private final int[] groupOf;
  private final int groups;

  /** What may be wrong together. */
  private record Group(Origin origin, Optional<Strategy> strategy) {}

  private Simulation(ImmutableList<Step> steps, ImmutableList<Estimate> estimates) {
    int n = steps.size();
    this.medians = new double[n];
    this.spreads = new double[n];
    this.commons = new double[n];
    this.groupOf = new int[n];
    Map<Group, Integer> known = new HashMap<>();
    for (int i = 0; i < n; i++) {
      Estimate estimate = estimates.get(i);
      medians[i] = estimate.seconds();
      spreads[i] = estimate.spread();
      commons[i] = estimate.common();
      Group group = new Group(estimate.origin(), steps.get(i).strategy());
      groupOf[i] = known.computeIfAbsent(group, none -> known.size());
    }
    this.groups = known.size();
  }

  /**
   * The intervals of totals.
   *
   * @param estimates of each step, on its builder
   * @return empty if all is certain
   */
  static Optional<Intervals> intervals(
      ImmutableList<Step> steps, ImmutableList<Estimate> estimates, Placing placing, long seed) {
    if (estimates.stream().allMatch(of -> of.spread() == 0 && of.common() == 0)) {
      return Optional.empty();
    }
    return Optional.of(new Simulation(steps, estimates).intervals(placing, seed));
  }

  private Intervals intervals(Placing placing, long seed) {
    int times = Math.max(LEAST_TIMES, Math.min(MOST_TIMES, WORK / medians.length));
    Rerun rerun = placing.rerun();
    SplittableRandom random = new SplittableRandom(seed);
    Totals[] found = new Totals[times];
    double[] seconds = new double[medians.length];
    for (int time = 0; time < times; time++) {
      draw(random, seconds);
      found[time] = placing.totals(rerun, seconds);
    }
    return new Intervals(
        interval(found, Totals::builderSeconds),
        interval(found, Totals::makespanSeconds),
        interval(found, Totals::money),
        interval(found, Totals::kilowattHours));
  }

  private void draw(SplittableRandom random, double[] seconds) {
    double[] together = new double[groups];
    for (int group = 0; group < groups; group++) {
      together[group] = random.nextGaussian();
    }
    for (int i = 0; i < seconds.length; i++) {
      double own = spreads[i] == 0 ? 0 : spreads[i] * random.nextGaussian();
      seconds[i] = medians[i] * Math.exp(own + commons[i] * together[groupOf[i]]);
    }
  }

  private static Interval interval(Totals[] found, ToDoubleFunction<Totals> total) {
    double[] samples = new double[found.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = total.applyAsDouble(found[i]);
    }
    return Interval.of(samples);
  }
}

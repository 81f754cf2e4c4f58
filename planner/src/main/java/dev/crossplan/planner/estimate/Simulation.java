package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.cost.Estimate;
import dev.crossplan.planner.estimate.Totals.Intervals;
import dev.crossplan.planner.plan.Step;
import dev.crossplan.planner.schedule.Rerun;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * How far off totals may be: the course done many times, with times as uncertain as the estimates
 * say. The steps run in the order of the course on the same builders.
 */
final class Simulation {
  private static final int MOST_TIMES = 1 << 12;

  /** With fewer a percentile says nothing. */
  private static final int LEAST_TIMES = 1 << 7;

  /** So many steps are enough, all times together. A second or two. */
  private static final int WORK = 1 << 22;

  private Simulation() {}

  /**
   * The intervals of totals.
   *
   * @param estimates of each step, on its builder
   * @return empty if all is certain
   */
  static Optional<Intervals> intervals(
      ImmutableList<Step> steps, ImmutableList<Estimate> estimates, Placing placing, long seed) {
    Deviations deviations = Deviations.of(steps, estimates);
    return deviations.isNone()
        ? Optional.empty()
        : Optional.of(intervals(estimates, deviations, placing, seed));
  }

  private static Intervals intervals(
      ImmutableList<Estimate> estimates, Deviations deviations, Placing placing, long seed) {
    // As many points as a power of two are the most even ones of the sequence.
    int times =
        Integer.highestOneBit(Math.max(LEAST_TIMES, Math.min(MOST_TIMES, WORK / estimates.size())));
    Rerun rerun = placing.rerun();
    Totals[] found = new Totals[times];
    double[] medians = estimates.stream().mapToDouble(Estimate::seconds).toArray();
    Consumer<double[]> draws = deviations.evenly(medians, seed);
    double[] seconds = new double[medians.length];
    for (int time = 0; time < times; time++) {
      draws.accept(seconds);
      for (int i = 0; i < seconds.length; i++) {
        seconds[i] *= medians[i];
      }
      found[time] = placing.totals(rerun, seconds);
    }
    return new Intervals(
        interval(found, Totals::builderSeconds),
        interval(found, Totals::makespanSeconds),
        interval(found, Totals::money),
        interval(found, Totals::kilowattHours),
        found[0].atLeast()); // who does something does not depend on how long it takes
  }

  private static Interval interval(Totals[] found, ToDoubleFunction<Totals> total) {
    double[] samples = new double[found.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = total.applyAsDouble(found[i]);
    }
    return Interval.of(samples);
  }
}

package dev.crossplan.planner.cost;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.history.Timing;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * How good estimates are: each build that was done is estimated from what was known before it
 * began, and compared with how long it took, without what it waited for other programs than builds.
 *
 * @param trials in the order in which the builds began
 */
public record Backtest(ImmutableList<Trial> trials) {
  /** How far builds are apart is learned again when there are so many times as many of them. */
  private static final double GROWTH = 1.25;

  /**
   * A build that was done, and what had been said of it.
   *
   * @param timing how long it took, undisturbed
   * @param estimate from what was known before
   */
  public record Trial(Timing timing, Estimate estimate) {

    /** How far off the estimate was, as a part of what the build took. */
    public double error() {
      return Math.abs(estimate.seconds() - timing.seconds()) / timing.seconds();
    }

    /** Whether the build took as long as one of the eight of ten. */
    public boolean isCovered() {
      return estimate.low() <= timing.seconds() && timing.seconds() <= estimate.high();
    }
  }

  /**
   * Replays builds.
   *
   * @param timings in any order
   * @param assumed see {@link TimeModel#fit}
   * @param speeds see {@link TimeModel#fit}
   * @param progress told of each build, as these take milliseconds each
   */
  public static Backtest of(
      List<Timing> timings,
      StrategyFactors assumed,
      ImmutableMap<String, LogNormal> speeds,
      Progress progress) {
    ImmutableList.Builder<Trial> trials = ImmutableList.builder();
    Spreads spreads = Spreads.USUAL;
    int learnedFrom = 1;
    ImmutableList<Timing> builds = usable(timings);
    progress.start("estimating " + builds.size() + " builds");
    for (int i = 0; i < builds.size(); i++) {
      Timing build = builds.get(i);
      ImmutableList<Timing> before = before(build, timings);
      if (before.size() >= GROWTH * learnedFrom) {
        spreads = TimeModel.spreads(before, assumed, speeds);
        learnedFrom = before.size();
      }
      TimeModel model = TimeModel.fit(before, assumed, speeds, spreads);
      trials.add(new Trial(build, model.estimate(Subject.of(build).orElseThrow())));
      progress.step(i + 1, builds.size());
    }
    return new Backtest(trials.build());
  }

  private static ImmutableList<Timing> usable(List<Timing> timings) {
    return timings.stream()
        .map(Timing::undisturbed)
        .filter(timing -> timing.strategy().isPresent() && timing.seconds() > 0)
        .sorted(Comparator.comparing(Timing::started))
        .collect(ImmutableList.toImmutableList());
  }

  private static ImmutableList<Timing> before(Timing build, List<Timing> timings) {
    return timings.stream()
        .filter(other -> !other.ended().isAfter(build.started()))
        .collect(ImmutableList.toImmutableList());
  }

  /** Only builds of a second or more: of shorter ones most is how long Nix takes to start. */
  public Backtest withoutShort() {
    return only(trial -> trial.timing().seconds() >= 1);
  }

  /** How long all builds took. */
  public double seconds() {
    return trials.stream().mapToDouble(trial -> trial.timing().seconds()).sum();
  }

  /** How long all builds were estimated to take. */
  public double estimatedSeconds() {
    return trials.stream().mapToDouble(trial -> trial.estimate().seconds()).sum();
  }

  /** Only what {@code chosen} takes. */
  public Backtest only(Predicate<Trial> chosen) {
    return new Backtest(trials.stream().filter(chosen).collect(ImmutableList.toImmutableList()));
  }

  /** Median of the errors, as a part of what the builds took; empty without any build. */
  public OptionalDouble medianError() {
    double[] errors = trials.stream().mapToDouble(Trial::error).sorted().toArray();
    int half = errors.length / 2;
    return errors.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            errors.length % 2 == 1 ? errors[half] : (errors[half - 1] + errors[half]) / 2);
  }

  /** What part of the builds took as long as their interval says; it should be 0.8. */
  public OptionalDouble coverage() {
    return trials.stream().mapToDouble(trial -> trial.isCovered() ? 1 : 0).average();
  }
}

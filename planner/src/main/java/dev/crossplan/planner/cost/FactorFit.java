package dev.crossplan.planner.cost;

import com.google.common.collect.ListMultimap;
import com.google.common.collect.MultimapBuilder;
import com.google.common.collect.Multimaps;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Learns how many times as long a phase takes in a way as natively, from packages that one machine
 * has built in several ways: cross compared with native, then emulated with either.
 */
final class FactorFit {
  /** What is shorter than that, in seconds, tells more of the clock than of the phase. */
  private static final double SHORTEST = 0.2;

  /** Of the logarithm of how many times as long a phase of one package takes. */
  private static final double NOISE = 0.4;

  private record Place(String packageName, String machine) {}

  private final ListMultimap<Place, Timing> builds =
      MultimapBuilder.linkedHashKeys().arrayListValues().build();

  private FactorFit(Collection<Timing> timings) {
    for (Timing timing : timings) {
      builds.put(new Place(timing.packageName(), timing.machine()), timing);
    }
  }

  /**
   * What is known after the builds.
   *
   * @param timings of which the strategy and the phases are known, with tools as evaluated
   * @param assumed before
   */
  static StrategyFactors of(Collection<Timing> timings, StrategyFactors assumed) {
    FactorFit fit = new FactorFit(timings);
    StrategyFactors afterCross = fit.fitted(Strategy.CROSS, Strategy.NATIVE::equals, assumed);
    return fit.fitted(Strategy.EMULATED, strategy -> strategy != Strategy.EMULATED, afterCross);
  }

  private StrategyFactors fitted(
      Strategy strategy, Predicate<Strategy> reference, StrategyFactors known) {
    Map<PhaseKind, LogNormal> better = new EnumMap<>(PhaseKind.class);
    for (PhaseKind kind : PhaseKind.values()) {
      double[] logs =
          Multimaps.asMap(builds).values().stream()
              .mapToDouble(
                  of ->
                      meanLog(of, kind, strategy::equals, StrategyFactors.NONE)
                          - meanLog(of, kind, reference, known))
              .filter(Double::isFinite)
              .toArray();
      better.put(kind, known.of(strategy, kind).after(logs, NOISE));
    }
    return known.with(strategy, better);
  }

  /**
   * Mean of the logarithm of what a phase would take natively; not a number where it is unknown.
   */
  private static double meanLog(
      List<Timing> builds, PhaseKind kind, Predicate<Strategy> which, StrategyFactors known) {
    return builds.stream()
        .filter(build -> which.test(build.strategy().orElseThrow()))
        .mapToDouble(
            build ->
                PhaseKind.seconds(build).getOrDefault(kind, 0.0)
                    / known.of(build.strategy().orElseThrow(), kind).median())
        .filter(seconds -> seconds >= SHORTEST)
        .map(Math::log)
        .average()
        .orElse(Double.NaN);
  }
}

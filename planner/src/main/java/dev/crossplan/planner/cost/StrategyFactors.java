package dev.crossplan.planner.cost;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.crossplan.planner.calibration.Calibrations;
import dev.crossplan.planner.calibration.Kind;
import dev.crossplan.planner.calibration.KnownFactors;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many times as long a phase takes in a way as natively.
 *
 * @param factors what is not among them takes exactly as long
 */
public record StrategyFactors(ImmutableMap<Strategy, ImmutableMap<PhaseKind, LogNormal>> factors) {
  private static final LogNormal ONE = new LogNormal(1, 0);

  /** Of what kinds of work a phase consists; parts of 1. */
  private static final ImmutableMap<PhaseKind, ImmutableMap<Kind, Double>> MIXTURES =
      ImmutableMap.of(
          PhaseKind.PREPARE, ImmutableMap.of(Kind.CONFIGURE, 1.0),
          PhaseKind.CONFIGURE, ImmutableMap.of(Kind.CONFIGURE, 1.0),
          PhaseKind.BUILD,
              ImmutableMap.of(Kind.COMPILE_C, 0.5, Kind.COMPILE_CXX, 0.35, Kind.LINK, 0.15),
          PhaseKind.CHECK, ImmutableMap.of(Kind.TESTS, 1.0));

  /** Every way takes as long as natively. */
  static final StrategyFactors NONE = new StrategyFactors(ImmutableMap.of());

  /** What is assumed of a machine that nobody measured. */
  public static final StrategyFactors USUAL = of(Calibrations.NONE);

  /**
   * What a measured machine makes expect of phases: each is taken for a mixture of kinds of work.
   * Packages differ from it, and where something was not measured, so do machines.
   */
  public static StrategyFactors of(Calibrations machine) {
    return NONE.with(Strategy.EMULATED, factors(machine, Strategy.EMULATED, 0.3, 0.5))
        .with(Strategy.CROSS, factors(machine, Strategy.CROSS, 0.15, 0.2));
  }

  /**
   * How many times as long each phase takes.
   *
   * @param packages how much packages differ from the mixture
   * @param machines that, and machines from one another
   */
  private static Map<PhaseKind, LogNormal> factors(
      Calibrations machine, Strategy strategy, double packages, double machines) {
    Map<PhaseKind, LogNormal> factors = new EnumMap<>(PhaseKind.class);
    MIXTURES.forEach(
        (phase, mixture) -> {
          double log = 0;
          for (Map.Entry<Kind, Double> part : mixture.entrySet()) {
            log += part.getValue() * Math.log(factor(machine, part.getKey(), strategy));
          }
          boolean isMeasured =
              mixture.keySet().stream()
                  .allMatch(kind -> machine.factor(kind, strategy).isPresent());
          factors.put(phase, new LogNormal(Math.exp(log), isMeasured ? packages : machines));
        });
    return factors;
  }

  private static double factor(Calibrations machine, Kind kind, Strategy strategy) {
    return machine
        .factor(kind, strategy)
        .orElseGet(
            () -> KnownFactors.of(kind, strategy).map(KnownFactors.Factor::typical).orElse(1.0));
  }

  /** The factor; exactly 1 for {@code NATIVE}. */
  public LogNormal of(Strategy strategy, PhaseKind kind) {
    ImmutableMap<PhaseKind, LogNormal> ofStrategy = factors.get(strategy);
    return ofStrategy == null ? ONE : ofStrategy.getOrDefault(kind, ONE);
  }

  /** The same, with other factors of a way. */
  StrategyFactors with(Strategy strategy, Map<PhaseKind, LogNormal> better) {
    Map<Strategy, ImmutableMap<PhaseKind, LogNormal>> all = new EnumMap<>(Strategy.class);
    all.putAll(factors);
    all.put(strategy, Maps.immutableEnumMap(better));
    return new StrategyFactors(Maps.immutableEnumMap(all));
  }
}

package dev.crossplan.planner.cost;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
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

  /** Every way takes as long as natively. */
  static final StrategyFactors NONE = new StrategyFactors(ImmutableMap.of());

  /**
   * What is assumed of a machine of which nothing is known: medians over ten packages, CPU time of
   * one job, QEMU 7.2 user emulation on x86_64, gcc 12; the spread is what packages and machines
   * differ by.
   */
  public static final StrategyFactors USUAL =
      NONE.with(
              Strategy.EMULATED,
              ImmutableMap.of(
                  PhaseKind.PREPARE, new LogNormal(13, 0.4),
                  PhaseKind.CONFIGURE, new LogNormal(13.3, 0.3),
                  PhaseKind.BUILD, new LogNormal(10, 0.3),
                  PhaseKind.CHECK, new LogNormal(12.7, 0.4)))
          .with(
              Strategy.CROSS,
              ImmutableMap.of(
                  PhaseKind.PREPARE, new LogNormal(1, 0.15),
                  PhaseKind.CONFIGURE, new LogNormal(0.81, 0.15),
                  PhaseKind.BUILD, new LogNormal(0.92, 0.15),
                  PhaseKind.CHECK, new LogNormal(1, 0.2)));

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

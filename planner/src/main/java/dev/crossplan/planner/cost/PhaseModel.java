package dev.crossplan.planner.cost;

import com.google.common.collect.Collections2;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ListMultimap;
import com.google.common.collect.Maps;
import com.google.common.collect.MultimapBuilder;
import com.google.common.collect.Multimaps;
import com.google.common.collect.Sets;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Trait;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many times as long a build takes in a way and with several cores as natively with one and
 * without tests: by its phases, of which each is slowed down by QEMU, or spread over cores, in its
 * own measure.
 */
final class PhaseModel {
  /** Of a phase in which jobs run at the same time, what they share. */
  private static final double PARALLEL_SHARE = 0.9;

  /** What is assumed of a build system counts as so many packages. */
  private static final double WEIGHT_OF_USUAL = 2;

  /** What its build system makes expect of a package counts as so many of its builds. */
  private static final double WEIGHT_OF_SYSTEM = 0.3;

  /** What is assumed before anything was built. */
  static final PhaseModel USUAL = fit(ImmutableList.of(), StrategyFactors.USUAL);

  private final StrategyFactors factors;
  private final ImmutableMap<BuildSystem, Shares> bySystem;
  private final ImmutableMap<String, Shares> byPackage;

  private PhaseModel(
      StrategyFactors factors,
      ImmutableMap<BuildSystem, Shares> bySystem,
      ImmutableMap<String, Shares> byPackage) {
    this.factors = factors;
    this.bySystem = bySystem;
    this.byPackage = byPackage;
  }

  /**
   * Learns from what was built with tools as evaluated: of what is partly emulated nobody knows how
   * much of a phase is.
   *
   * @param assumed of the factors, before anything was built
   */
  static PhaseModel fit(Collection<Timing> timings, StrategyFactors assumed) {
    ImmutableList<Timing> builds =
        timings.stream()
            .filter(timing -> timing.strategy().isPresent())
            .filter(timing -> !timing.circumstances().phases().isEmpty())
            .filter(timing -> Tools.of(timing.circumstances().traits()) == Tools.AS_EVALUATED)
            .collect(ImmutableList.toImmutableList());
    StrategyFactors factors = FactorFit.of(builds, assumed);
    ListMultimap<String, Shares> measured =
        MultimapBuilder.linkedHashKeys().arrayListValues().build();
    Map<String, BuildSystem> systems = new LinkedHashMap<>();
    for (Timing build : builds) {
      measured.put(build.packageName(), shares(build, factors));
      systems.put(build.packageName(), BuildSystem.of(build.circumstances().traits()));
    }
    ImmutableMap.Builder<BuildSystem, Shares> bySystem = ImmutableMap.builder();
    ImmutableMap.Builder<String, Shares> byPackage = ImmutableMap.builder();
    for (BuildSystem system : BuildSystem.values()) {
      Map<String, List<Shares>> alike =
          Maps.filterKeys(Multimaps.asMap(measured), name -> systems.get(name) == system);
      Shares usual =
          Shares.usual(system)
              .mean(WEIGHT_OF_USUAL, Collections2.transform(alike.values(), Shares::mean));
      bySystem.put(system, usual);
      alike.forEach((name, shares) -> byPackage.put(name, usual.mean(WEIGHT_OF_SYSTEM, shares)));
    }
    return new PhaseModel(factors, bySystem.buildOrThrow(), byPackage.buildOrThrow());
  }

  private static Shares shares(Timing build, StrategyFactors factors) {
    Strategy strategy = build.strategy().orElseThrow();
    Circumstances circumstances = build.circumstances();
    Map<PhaseKind, Double> seconds = new EnumMap<>(PhaseKind.class);
    PhaseKind.seconds(build)
        .forEach(
            (kind, taken) ->
                seconds.put(
                    kind,
                    taken
                        / slowdown(factors, strategy, kind, circumstances)
                        * gain(kind, circumstances)));
    return Shares.measured(seconds, Shares.usual(BuildSystem.of(circumstances.traits())));
  }

  /**
   * How many times as long as natively a phase takes. Of an emulated build that has a native
   * compiler and the environment of that, what is compiled and copied is not emulated, the tests
   * are, and configure scripts run some of what they compile.
   */
  private static double slowdown(
      StrategyFactors factors, Strategy strategy, PhaseKind kind, Circumstances circumstances) {
    double asEvaluated = factors.of(strategy, kind).median();
    if (!circumstances.traits().contains(Trait.NATIVE_COMPILER)) {
      return asEvaluated;
    }
    double cross = factors.of(Strategy.CROSS, kind).median();
    return switch (kind) {
      case PREPARE, BUILD -> cross;
      case CONFIGURE -> Math.sqrt(cross * asEvaluated);
      case CHECK -> asEvaluated;
    };
  }

  /** How many times as fast a phase is with the cores that it may use, by Amdahl's law. */
  private static double gain(PhaseKind kind, Circumstances circumstances) {
    double cores = Math.max(1, circumstances.cores().orElse(1));
    return kind.isParallel() && circumstances.traits().contains(Trait.PARALLEL)
        ? 1 / (1 - PARALLEL_SHARE + PARALLEL_SHARE / cores)
        : 1;
  }

  /** How many times as long as natively with one core and without tests. */
  double factor(String packageName, Strategy strategy, Circumstances circumstances) {
    Shares shares = byPackage.get(packageName);
    if (shares == null) {
      shares =
          bySystem.getOrDefault(
              BuildSystem.of(circumstances.traits()), Shares.usual(BuildSystem.NONE));
    }
    double sum = 0;
    for (PhaseKind kind : PhaseKind.values()) {
      if (kind != PhaseKind.CHECK || circumstances.traits().contains(Trait.TESTS)) {
        sum +=
            shares.of(kind)
                * slowdown(factors, strategy, kind, circumstances)
                / gain(kind, circumstances);
      }
    }
    return sum;
  }

  /** What of a build its tests take. */
  Estimate tests(
      Estimate build, String packageName, Strategy strategy, Circumstances circumstances) {
    if (!circumstances.traits().contains(Trait.TESTS)) {
      return build.times(0);
    }
    Circumstances untested =
        circumstances.withTraits(
            Sets.difference(circumstances.traits(), ImmutableSet.of(Trait.TESTS)));
    return build.times(
        1 - factor(packageName, strategy, untested) / factor(packageName, strategy, circumstances));
  }

  /** As they were learned. */
  StrategyFactors factors() {
    return factors;
  }
}

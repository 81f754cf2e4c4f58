package dev.crossplan.planner.cost;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.Manifest.CostSettings;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.variant.Package;
import dev.crossplan.planner.variant.Packages;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What builds have taught; downloads as the manifest has them. Not to be shared by threads. */
public final class LearnedCosts implements CostModel {
  /** Of the logarithm of a speed that a manifest says. */
  private static final double SPREAD_OF_SPEEDS = 0.3;

  private final TimeModel model;
  private final ManifestCosts others;
  private final Map<Subject, Estimate> known = new HashMap<>();

  private LearnedCosts(TimeModel model, CostSettings settings) {
    this.model = model;
    this.others = new ManifestCosts(settings);
  }

  /**
   * Learns.
   *
   * @param timings of builds, maybe none
   * @param assumed how many times as long phases take in each way, as far as it was measured
   * @param builders that will be asked about; where a manifest compares their speeds, it is
   *     believed until builds tell otherwise
   * @param settings for downloads
   */
  public static LearnedCosts from(
      ImmutableList<Timing> timings,
      StrategyFactors assumed,
      ImmutableList<Builder> builders,
      CostSettings settings) {
    ImmutableMap.Builder<String, LogNormal> speeds = ImmutableMap.builder();
    for (Builder builder : builders) {
      speeds.put(machine(builder), new LogNormal(builder.speed(), SPREAD_OF_SPEEDS));
    }
    return new LearnedCosts(TimeModel.fit(timings, assumed, speeds.buildKeepingLast()), settings);
  }

  private static String machine(Builder builder) {
    return builder.uri().map(Machine::at).orElseGet(Machine::here).name();
  }

  @Override
  public Estimate build(Packages packages, int derivation, Strategy strategy, Builder builder) {
    DerivationFacts facts = packages.graph().facts(derivation);
    Package ofBuild = packages.of(derivation);
    Circumstances circumstances =
        new Circumstances(
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.of(builder.slots() - 1),
            ImmutableSet.copyOf(facts.traits()),
            OptionalLong.empty(),
            ImmutableMap.of());
    Subject subject =
        new Subject(ofBuild.name(), ofBuild.version(), strategy, machine(builder), circumstances);
    return known.computeIfAbsent(subject, model::estimate);
  }

  @Override
  public Estimate fetch(boolean emulated) {
    return others.fetch(emulated);
  }

  @Override
  public Estimate substitute() {
    return others.substitute();
  }
}

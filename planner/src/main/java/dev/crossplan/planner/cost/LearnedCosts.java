package dev.crossplan.planner.cost;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Machine;
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
  private final TimeModel model;
  private final ManifestCosts others;
  private final Map<Subject, Estimate> known = new HashMap<>();

  public LearnedCosts(TimeModel model, CostSettings settings) {
    this.model = model;
    this.others = new ManifestCosts(settings);
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
        new Subject(
            ofBuild.name(),
            ofBuild.version(),
            strategy,
            builder.uri().map(Machine::at).orElseGet(Machine::here).name(),
            circumstances);
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

package dev.crossplan.planner.cost;

import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.Manifest.CostSettings;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.variant.PackageName;
import dev.crossplan.planner.variant.Packages;
import java.util.regex.Pattern;

/** What the manifest says, taken for certain; a default where it is silent. */
public final class ManifestCosts implements CostModel {
  private static final Pattern VERSION = Pattern.compile("-[0-9].*$", Pattern.DOTALL);

  private final CostSettings settings;

  public ManifestCosts(CostSettings settings) {
    this.settings = settings;
  }

  @Override
  public Estimate build(
      Packages packages, int derivation, Strategy strategy, Tools tools, Builder builder) {
    DerivationFacts facts = packages.graph().facts(derivation);
    Double known = settings.seconds().get(tableName(facts, packages.name(derivation)));
    boolean isKnown = known != null || facts.isTrivial();
    double seconds =
        known != null ? known : facts.isTrivial() ? settings.trivial() : settings.byDefault();
    return Estimate.exactly(
        seconds * settings.factor(strategy) / builder.speed(),
        isKnown ? Origin.MANIFEST : Origin.UNKNOWN);
  }

  /** The manifest knows whole builds only; of these a usual part. */
  @Override
  public Estimate tests(Packages packages, int derivation, Strategy strategy, Builder builder) {
    return PhaseModel.USUAL.tests(
        build(packages, derivation, strategy, Tools.AS_EVALUATED, builder),
        packages.of(derivation).name(),
        strategy,
        Circumstances.UNKNOWN.withTraits(packages.graph().facts(derivation).traits()));
  }

  /**
   * The name that the cost table calls a package by: its pname, else its name up to the version.
   */
  public static String tableName(DerivationFacts facts, PackageName name) {
    return facts.packageName().orElseGet(() -> VERSION.matcher(name.toString()).replaceFirst(""));
  }

  @Override
  public Estimate fetch(boolean emulated) {
    return Estimate.exactly(
        settings.fetch() * (emulated ? settings.emulation() : 1), Origin.MANIFEST);
  }

  @Override
  public long outputBytes(Packages packages, int derivation) {
    String name = tableName(packages.graph().facts(derivation), packages.name(derivation));
    return settings.bytes().getOrDefault(name, 0L);
  }

  @Override
  public Estimate substitute() {
    return Estimate.exactly(settings.substitute(), Origin.MANIFEST);
  }
}

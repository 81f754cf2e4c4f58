package dev.crossplan.planner.lint;

import com.google.common.base.Suppliers;
import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationReader;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.variant.PlatformKnowledge;
import java.util.Comparator;
import java.util.stream.Stream;

/** Looks at the instances of a manifest: what they cost for nothing, and what cannot work. */
public final class Lint {
  /** In the order in which findings of the same severity are told. */
  private static final ImmutableList<Rule> RULES =
      ImmutableList.of(
          new MissingAttribute(),
          new UnknownMarch(),
          new UnknownAbi(),
          new MissingFeature(),
          new MarchBeyondTarget(),
          new SameInstance(),
          new SeveralPackageSets(),
          new FlagFork(),
          new WorldsDisagree(),
          new Ambiguous());

  private Lint() {}

  /**
   * What lint tells.
   *
   * @param findings the worst first
   * @param costs of evaluating the instances, but for graphs that were evaluated elsewhere
   * @param warnings substituters that could not be asked, so that what they have counts as built
   */
  public record Report(
      ImmutableList<Finding> findings,
      ImmutableList<InstanceCost> costs,
      ImmutableList<String> warnings) {}

  /**
   * What there is to be found, and what evaluating took.
   *
   * @param builders the machines, at least one
   * @throws dev.crossplan.planner.InputException if something that the manifest names is not as it
   *     should be
   */
  public static Report check(
      Planner planner,
      Manifest manifest,
      ImmutableList<Builder> builders,
      PlatformKnowledge platforms) {
    Prepared prepared = planner.prepare(manifest, builders);
    Subject subject =
        new Subject(
            prepared,
            platforms,
            Suppliers.memoize(() -> planner.rebuilds(prepared)),
            (wanted, consumer) ->
                DerivationReader.read(
                    prepared.manifest(), prepared.packages().graph(), wanted, consumer));
    return new Report(
        Stream.concat(
                RULES.stream().flatMap(rule -> rule.check(subject).stream()),
                WorthOfSplits.check(planner, prepared, OverlayCost.check(planner, subject))
                    .stream())
            .sorted(Comparator.comparing(Finding::severity))
            .collect(ImmutableList.toImmutableList()),
        InstanceCost.of(prepared.packages().graph()),
        prepared.substitutes().warnings());
  }
}

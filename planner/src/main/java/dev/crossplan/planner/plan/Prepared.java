package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.alternative.Makings;
import dev.crossplan.planner.cost.CostModel;
import dev.crossplan.planner.cost.ManifestCosts;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Substitutes;
import dev.crossplan.planner.variant.Packages;
import java.util.Set;

/**
 * What all plans of a manifest have in common, see {@link Planner#prepare}.
 *
 * @param builders the machines, at least one
 * @param packages the derivations of all instances, paired
 * @param costs those of the manifest, unless others were put in their place
 */
public record Prepared(
    Manifest manifest,
    ImmutableList<Builder> builders,
    Packages packages,
    Substitutes substitutes,
    CostModel costs) {

  /** The same, but for an image of these attributes. */
  public Prepared withImage(ImmutableList<String> attributes) {
    return new Prepared(manifest.withImage(attributes), builders, packages, substitutes, costs);
  }

  /** The attributes of the image but these. */
  public ImmutableList<String> imageBut(Set<String> attributes) {
    return manifest.image().stream()
        .filter(attribute -> !attributes.contains(attribute))
        .collect(ImmutableList.toImmutableList());
  }

  /** The same, but it takes as long as {@code other} says. */
  public Prepared withCosts(CostModel other) {
    return new Prepared(manifest, builders, packages, substitutes, other);
  }

  /** The same, but with these builders. */
  public Prepared with(ImmutableList<Builder> others) {
    return new Prepared(manifest, others, packages, substitutes, costs);
  }

  /** The same, but this can be had from substituters. */
  public Prepared with(Substitutes others) {
    return new Prepared(manifest, builders, packages, others, costs);
  }

  /**
   * The same, but with the builders and costs of {@code changed}.
   *
   * @param changed a manifest of the same instances
   */
  public Prepared with(Manifest changed) {
    return new Prepared(
        changed.with(manifest.nativeTools()),
        changed.builders(),
        packages,
        substitutes,
        new ManifestCosts(changed.costs()));
  }

  Prepared with(Packages other) {
    return new Prepared(manifest, builders, other, substitutes, costs);
  }

  /**
   * The ways to come by its derivations.
   *
   * @param paired its packages, or some of them unpaired
   */
  Makings makings(Packages paired) {
    return new Makings(paired, manifest, builders, costs, substitutes);
  }
}

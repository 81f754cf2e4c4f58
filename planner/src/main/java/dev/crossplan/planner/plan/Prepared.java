package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Substitutes;
import dev.crossplan.planner.variant.Packages;

/**
 * What all plans of a manifest have in common, see {@link Planner#prepare}.
 *
 * @param builders the machines, at least one
 * @param packages the derivations of all instances, paired
 */
public record Prepared(
    Manifest manifest,
    ImmutableList<Builder> builders,
    Packages packages,
    Substitutes substitutes) {

  /** The same, but for an image of these attributes. */
  public Prepared withImage(ImmutableList<String> attributes) {
    return new Prepared(manifest.withImage(attributes), builders, packages, substitutes);
  }

  /** The same, but with these builders. */
  public Prepared with(ImmutableList<Builder> others) {
    return new Prepared(manifest, others, packages, substitutes);
  }

  Prepared with(Packages other) {
    return new Prepared(manifest, builders, other, substitutes);
  }
}

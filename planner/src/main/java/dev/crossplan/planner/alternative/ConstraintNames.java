package dev.crossplan.planner.alternative;

import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.cost.ManifestCosts;
import dev.crossplan.planner.variant.PackageName;
import dev.crossplan.planner.variant.Packages;

/** The names by which a constraint of the manifest may call a package. */
public final class ConstraintNames {
  private static final String WRAPPER = "-wrapper";
  private static final String ENVIRONMENT = "stdenv";

  private ConstraintNames() {}

  /** As what is built, the longest name first. */
  public static ImmutableSet<String> of(Packages packages, int derivation) {
    PackageName name = packages.name(derivation);
    return ImmutableSet.of(
        name.toString(),
        name.base(),
        ManifestCosts.tableName(packages.graph().facts(derivation), name));
  }

  /**
   * As a tool: the same, and then as the attribute is called in nixpkgs: a wrapper as what it
   * wraps, {@code stdenv-linux} as {@code stdenv}.
   */
  public static ImmutableSet<String> ofTool(Packages packages, int derivation) {
    PackageName name = packages.name(derivation);
    ImmutableSet.Builder<String> names = ImmutableSet.builder();
    names.addAll(of(packages, derivation));
    if (name.base().endsWith(WRAPPER)) {
      String wrapped = name.base().substring(0, name.base().length() - WRAPPER.length());
      names.add(new PackageName(wrapped, name.version(), false).toString()).add(wrapped);
    }
    if (name.base().startsWith(ENVIRONMENT + "-")) {
      names.add(ENVIRONMENT);
    }
    return names.build();
  }
}

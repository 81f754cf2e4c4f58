package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.lint.Finding.Severity;
import dev.crossplan.planner.variant.PlatformKnowledge;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Features that derivations require of a builder and none offers: {@code requiredSystemFeatures},
 * "Advanced attributes" in the Nix manual. nixpkgs asks for {@code gccarch-…} wherever {@code
 * gcc.arch} is set on the platform that builds.
 */
final class MissingFeature implements Rule {
  private static final String ARCH = "gccarch-";

  /** Between features that one builder has to offer; no feature has a space. */
  private static final String TOGETHER = " with ";

  @Override
  public ImmutableList<Finding> check(Subject subject) {
    Map<String, BitSet> lacking = new TreeMap<>();
    for (int derivation = 0; derivation < subject.graph().size(); derivation++) {
      if (!subject.prepared().substitutes().has(derivation)) {
        DerivationFacts facts = subject.graph().facts(derivation);
        for (String feature : lacking(subject, facts)) {
          lacking.computeIfAbsent(feature, none -> new BitSet()).set(derivation);
        }
      }
    }
    return lacking.entrySet().stream()
        .map(entry -> finding(subject, entry.getKey(), entry.getValue()))
        .collect(ImmutableList.toImmutableList());
  }

  /** Those that nobody offers; where each is offered, but nobody offers all, they are one. */
  private static ImmutableSet<String> lacking(Subject subject, DerivationFacts facts) {
    ImmutableSet<String> required = facts.requiredFeatures();
    List<Builder> able =
        subject.prepared().builders().stream()
            .filter(builder -> runs(builder, facts.system()))
            .toList();
    if (able.stream().anyMatch(builder -> builder.features().containsAll(required))) {
      return ImmutableSet.of();
    }
    ImmutableSet<String> unknown =
        required.stream()
            .filter(feature -> able.stream().noneMatch(each -> each.features().contains(feature)))
            .collect(ImmutableSet.toImmutableSet());
    return unknown.isEmpty()
        ? ImmutableSet.of(required.stream().sorted().collect(Collectors.joining(TOGETHER)))
        : unknown;
  }

  private static boolean runs(Builder builder, String system) {
    return builder.runs(system) || builder.emulates().contains(system);
  }

  private static Finding finding(Subject subject, String feature, BitSet derivations) {
    int count = derivations.cardinality();
    return new Finding(
        "missing-feature",
        Severity.ERROR,
        Subject.derivations(count)
            + (count == 1 ? " requires" : " require")
            + " the feature "
            + feature
            + ", which no builder for "
            + (count == 1 ? "it" : "them")
            + " offers: "
            + subject.names(derivations),
        count,
        subject.namesBeyond(derivations),
        remedy(subject, feature, subject.graph().facts(derivations.nextSetBit(0)).system()));
  }

  /** Nix compares features as texts, so one that means the same is not the same. */
  private static String remedy(Subject subject, String feature, String system) {
    String offer = "give a builder features = [\"" + feature.replace(TOGETHER, "\", \"") + "\"].";
    if (!feature.startsWith(ARCH) || feature.contains(TOGETHER)) {
      return "Maybe " + offer;
    }
    PlatformKnowledge platforms = subject.platforms();
    String arch = feature.substring(ARCH.length());
    if (!platforms.isMarch(arch, system)) {
      return "Maybe leave gcc.arch out of localSystem: "
          + arch
          + " is no instruction set of "
          + system
          + ".";
    }
    String meant = platforms.canonicalMarch(Optional.of(arch), system);
    return subject.prepared().builders().stream()
        .filter(builder -> runs(builder, system))
        .flatMap(builder -> builder.features().stream())
        .filter(offered -> offered.startsWith(ARCH))
        .map(offered -> offered.substring(ARCH.length()))
        .filter(offered -> platforms.canonicalMarch(Optional.of(offered), system).equals(meant))
        .findFirst()
        .map(
            offered ->
                "Maybe write gcc.arch of localSystem as " + offered + ", which a builder offers.")
        .orElse("Maybe leave gcc.arch out of localSystem, or " + offer);
  }
}

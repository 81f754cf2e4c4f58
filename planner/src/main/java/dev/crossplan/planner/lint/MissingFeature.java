package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.lint.Finding.Severity;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * Features that derivations require of a builder and none offers: {@code requiredSystemFeatures},
 * "Advanced attributes" in the Nix manual. nixpkgs asks for {@code gccarch-…} wherever {@code
 * gcc.arch} is set on the platform that builds.
 */
final class MissingFeature implements Rule {

  @Override
  public ImmutableList<Finding> check(Subject subject) {
    Map<String, BitSet> lacking = new TreeMap<>();
    for (int derivation = 0; derivation < subject.graph().size(); derivation++) {
      if (!subject.prepared().substitutes().has(derivation)) {
        DerivationFacts facts = subject.graph().facts(derivation);
        for (String feature : facts.requiredFeatures()) {
          if (!isOffered(subject, facts.system(), feature)) {
            lacking.computeIfAbsent(feature, none -> new BitSet()).set(derivation);
          }
        }
      }
    }
    return lacking.entrySet().stream()
        .map(entry -> finding(subject, entry.getKey(), entry.getValue()))
        .collect(ImmutableList.toImmutableList());
  }

  private static boolean isOffered(Subject subject, String system, String feature) {
    return subject.prepared().builders().stream()
        .filter(builder -> builder.runs(system) || builder.emulates().contains(system))
        .map(Builder::features)
        .anyMatch(features -> features.contains(feature));
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
        ImmutableList.of(),
        count,
        feature.startsWith("gccarch-")
            ? "Maybe leave gcc.arch out of localSystem, or give a builder features = [\""
                + feature
                + "\"]."
            : "Maybe give a builder features = [\"" + feature + "\"].");
  }
}

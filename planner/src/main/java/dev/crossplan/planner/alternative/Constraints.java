package dev.crossplan.planner.alternative;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.cost.ManifestCosts;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.Manifest.Constraint;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Manifest.Verdict;
import dev.crossplan.planner.variant.PackageName;
import dev.crossplan.planner.variant.Packages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the manifest says about packages for the target, by derivation. */
final class Constraints {
  private static final String COMPILER = "gcc";

  private final Packages packages;
  private final String target;
  private final boolean speakOfTools;
  private final Map<String, List<Constraint>> byName = new HashMap<>();

  Constraints(Packages packages, String target, ImmutableList<Constraint> constraints) {
    this.packages = packages;
    this.target = target;
    this.speakOfTools = constraints.stream().anyMatch(each -> each.asTool().isPresent());
    for (Constraint constraint : constraints) {
      byName.computeIfAbsent(constraint.packageName(), none -> new ArrayList<>()).add(constraint);
    }
  }

  /** Why {@code strategy} must not be used for {@code derivation}; empty where it may. */
  Optional<String> forbids(int derivation, Strategy strategy) {
    if (byName.isEmpty() || !packages.hosts().isFor(derivation, target)) {
      return Optional.empty();
    }
    for (Constraint constraint : of(derivation)) {
      String reason = constraint.reason().map(text -> " (" + text + ")").orElse("");
      if (constraint.verdicts().get(strategy) == Verdict.BROKEN) {
        return Optional.of(strategy + " is broken" + reason);
      }
      if (constraint.verdicts().containsValue(Verdict.REQUIRED)
          && constraint.verdicts().get(strategy) != Verdict.REQUIRED) {
        return Optional.of("the manifest requires " + required(constraint) + reason);
      }
    }
    return Optional.empty();
  }

  private static String required(Constraint constraint) {
    return constraint.verdicts().entrySet().stream()
        .filter(verdict -> verdict.getValue() == Verdict.REQUIRED)
        .map(verdict -> verdict.getKey().toString())
        .sorted()
        .collect(Collectors.joining(" or "));
  }

  /** Whether anything is said about {@code derivation} that a substitute would evade. */
  boolean requiresBuild(int derivation) {
    return packages.hosts().isFor(derivation, target)
        && of(derivation).stream()
            .anyMatch(constraint -> constraint.verdicts().containsValue(Verdict.REQUIRED));
  }

  /** Whether anything is said of tools. */
  boolean speakOfTools() {
    return speakOfTools;
  }

  /** How {@code derivation} runs as a tool of emulated builds; empty where nothing is said. */
  Optional<Strategy> asTool(int derivation) {
    return byName.isEmpty()
        ? Optional.empty()
        : of(derivation).stream().flatMap(each -> each.asTool().stream()).findFirst();
  }

  /** The same of the compiler, which emulated builds have from their standard environment. */
  Optional<Strategy> compilerAsTool() {
    return byName.getOrDefault(COMPILER, List.of()).stream()
        .flatMap(each -> each.asTool().stream())
        .findFirst();
  }

  /** Bytes that a build of {@code derivation} takes, the most of what is said; 0 for nothing. */
  long memory(int derivation) {
    return byName.isEmpty()
        ? 0
        : of(derivation).stream()
            .mapToLong(constraint -> constraint.memory().orElse(0))
            .max()
            .orElse(0);
  }

  private List<Constraint> of(int derivation) {
    DerivationFacts facts = packages.graph().facts(derivation);
    PackageName name = packages.name(derivation);
    List<Constraint> found =
        new ArrayList<>(byName.getOrDefault(ManifestCosts.tableName(facts, name), List.of()));
    for (String other : List.of(name.base(), name.toString())) {
      for (Constraint constraint : byName.getOrDefault(other, List.of())) {
        if (!found.contains(constraint)) {
          found.add(constraint);
        }
      }
    }
    return found;
  }
}

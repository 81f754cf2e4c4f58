package dev.crossplan.planner.alternative;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Manifest.Constraint;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Manifest.Verdict;
import dev.crossplan.planner.variant.NativeCounterparts;
import dev.crossplan.planner.variant.Packages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the manifest says about packages for the target, by derivation. */
final class Constraints {
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

  /** What says that a tool runs natively. */
  ImmutableList<Constraint> ofNativeTools() {
    return byName.values().stream()
        .flatMap(List::stream)
        .filter(each -> each.asTool().equals(Optional.of(Strategy.NATIVE)))
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * All that say how {@code derivation} runs as a tool of emulated builds. The first holds: that on
   * the longest name, with a version, of a wrapper before what it wraps.
   */
  ImmutableList<Constraint> ofTool(int derivation) {
    return speakOfTools
        ? ConstraintNames.ofTool(packages, derivation).stream()
            .flatMap(each -> byName.getOrDefault(each, List.of()).stream())
            .filter(each -> each.asTool().isPresent())
            .collect(ImmutableList.toImmutableList())
        : ImmutableList.of();
  }

  /** The same of a standard environment, and after that of the compiler in it. */
  ImmutableList<Constraint> ofEnvironment(int derivation) {
    return speakOfTools
        ? IntStream.concat(
                IntStream.of(derivation),
                Arrays.stream(packages.graph().inputs(derivation))
                    .filter(
                        input ->
                            NativeCounterparts.isCompiler(packages.graph().facts(input).name())))
            .mapToObj(this::ofTool)
            .flatMap(List::stream)
            .collect(ImmutableList.toImmutableList())
        : ImmutableList.of();
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
    return ConstraintNames.of(packages, derivation).stream()
        .flatMap(name -> byName.getOrDefault(name, List.of()).stream())
        .toList();
  }
}

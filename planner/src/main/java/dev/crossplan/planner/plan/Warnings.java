package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.Bytes;
import dev.crossplan.planner.Suggestion;
import dev.crossplan.planner.alternative.Alternatives;
import dev.crossplan.planner.alternative.ConstraintNames;
import dev.crossplan.planner.alternative.Making;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Manifest.Constraint;
import dev.crossplan.planner.instance.Manifest.NativeTools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.NixMessage;
import dev.crossplan.planner.instance.StandardMachines;
import dev.crossplan.planner.instance.UnknownSystem;
import dev.crossplan.planner.variant.Packages;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What the user should know though it does not stop the plan. */
final class Warnings {
  /** So many are named of many. */
  private static final int NAMED = 5;

  private Warnings() {}

  /**
   * What is to be said.
   *
   * @param steps of the plan
   */
  static ImmutableList<String> of(Alternatives alternatives, ImmutableList<StepDraft> steps) {
    DerivationGraph graph = alternatives.packages().graph();
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    warnings.addAll(alternatives.manifest().warnings());
    addSameInstances(graph, warnings);
    warnings.addAll(IgnoredPlatform.of(alternatives.packages(), alternatives.manifest()));
    addLargeEvaluations(alternatives.manifest(), graph, warnings);
    for (int i = 0; i < graph.instances().size(); i++) {
      String name = graph.instances().get(i).name();
      byReason(graph.failures(i))
          .forEach(
              (reason, attributes) ->
                  warnings.add(
                      name
                          + ": "
                          + String.join(", ", attributes)
                          + (attributes.size() == 1 ? " does" : " do")
                          + " not evaluate: "
                          + reason));
    }
    warnings.addAll(alternatives.makings().substitutes().warnings());
    for (Builder builder : alternatives.makings().builders()) {
      StandardMachines.doubt(builder).ifPresent(warnings::add);
      UnknownSystem.of(builder).forEach(unknown -> warnings.add(unknown.toString()));
    }
    addDifferentEmulators(alternatives, warnings);
    addIdleBuilders(alternatives, warnings);
    addIdleConstraints(alternatives, steps, warnings);
    return warnings.build();
  }

  /** What nobody can make smaller runs alone; how much it took is another number each time. */
  private static void addLargeEvaluations(
      Manifest manifest, DerivationGraph graph, ImmutableList.Builder<String> warnings) {
    if (manifest.evaluation().memory().isEmpty()) {
      return;
    }
    long memory = manifest.evaluation().memory().get();
    List<String> large = new ArrayList<>();
    for (int i = 0; i < graph.instances().size(); i++) {
      if (graph.evaluationCost(i).stream().anyMatch(cost -> cost.peakBytes().orElse(0) > memory)) {
        large.add(graph.instances().get(i).name());
      }
    }
    int more = large.size() - NAMED;
    if (more > 0) {
      large = new ArrayList<>(large.subList(0, NAMED));
      large.add(more + " more");
    }
    if (!large.isEmpty()) {
      warnings.add(
          "an evaluation of "
              + String.join(", ", large)
              + " takes more than the "
              + Bytes.mebibytes(memory)
              + " of [evaluation], alone as it runs. Maybe raise memory, or name fewer attrs");
    }
  }

  /** A line for those that are one. */
  private static void addSameInstances(
      DerivationGraph graph, ImmutableList.Builder<String> warnings) {
    BitSet told = new BitSet();
    for (int i = 0; i < graph.instances().size(); i++) {
      List<String> same = new ArrayList<>(List.of(graph.instances().get(i).name()));
      for (int j = i + 1; j < graph.instances().size() && !told.get(i); j++) {
        if (graph.areSame(i, j)) {
          told.set(j);
          same.add(graph.instances().get(j).name());
        }
      }
      if (same.size() > 1) {
        String last =
            same.size() > NAMED ? (same.size() - NAMED) + " more" : same.get(same.size() - 1);
        warnings.add(
            "instances "
                + String.join(", ", same.subList(0, Math.min(same.size() - 1, NAMED)))
                + " and "
                + last
                + " are the same");
      }
    }
  }

  private static void addDifferentEmulators(
      Alternatives alternatives, ImmutableList.Builder<String> warnings) {
    String target = alternatives.manifest().target().system();
    if (alternatives.manifest().nativeTools() != NativeTools.NONE
        && alternatives.makings().tools().lacksPlatform(target)) {
      warnings.add(
          "the builders that emulate "
              + target
              + " have no platform in common, so that no tool of emulated builds runs natively."
              + " Maybe let those of one platform emulate");
    }
  }

  /** Downloads that Nix does by itself are no use for a builder. */
  private static void addIdleBuilders(
      Alternatives alternatives, ImmutableList.Builder<String> warnings) {
    DerivationGraph graph = alternatives.packages().graph();
    for (Builder builder : alternatives.makings().builders()) {
      boolean idle = true;
      for (int derivation = 0; idle && derivation < graph.size(); derivation++) {
        DerivationFacts facts = graph.facts(derivation);
        boolean runs =
            builder.systems().contains(facts.system())
                || builder.emulates().contains(facts.system());
        idle = !runs || !builder.offers(facts.requiredFeatures());
      }
      if (idle) {
        warnings.add("builder " + builder.name() + " can do nothing here");
      }
    }
  }

  private static void addIdleConstraints(
      Alternatives alternatives,
      ImmutableList<StepDraft> steps,
      ImmutableList.Builder<String> warnings) {
    if (alternatives.manifest().constraints().isEmpty()) {
      return;
    }
    Packages packages = alternatives.packages();
    Set<String> names = new HashSet<>();
    Set<String> namesOfTools = new HashSet<>();
    for (int derivation = 0; derivation < packages.graph().size(); derivation++) {
      if (packages.hosts().isFor(derivation, alternatives.manifest().target().system())) {
        names.addAll(ConstraintNames.of(packages, derivation));
        namesOfTools.addAll(ConstraintNames.ofTool(packages, derivation));
      }
    }
    ImmutableMap<Constraint, String> idle =
        alternatives
            .makings()
            .tools()
            .idleConstraints(
                steps.stream()
                    .map(step -> step.making)
                    .filter(making -> making.strategy().equals(Optional.of(Strategy.EMULATED)))
                    .mapToInt(Making::derivation));
    for (Constraint constraint : alternatives.manifest().constraints()) {
      String name = constraint.packageName();
      Set<String> known = constraint.asTool().isPresent() ? namesOfTools : names;
      if (!known.contains(name)) {
        warnings.add(
            "the constraint on "
                + name
                + " applies to nothing"
                + Suggestion.closest(name, known)
                    .map(meant -> ", maybe " + meant + " is meant")
                    .orElse(""));
      } else if (idle.containsKey(constraint)) {
        warnings.add(
            "the constraint on " + name + " runs nothing natively: " + idle.get(constraint));
      }
    }
  }

  /** One package that does not evaluate takes all with it that need it, and all say the same. */
  private static Map<String, List<String>> byReason(Map<String, String> failures) {
    Map<String, List<String>> attributes = new TreeMap<>();
    failures.forEach(
        (attribute, said) ->
            attributes
                .computeIfAbsent(NixMessage.shorten(said), none -> new ArrayList<>())
                .add(attribute));
    return attributes;
  }
}

package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import dev.crossplan.planner.Suggestion;
import dev.crossplan.planner.alternative.Alternatives;
import dev.crossplan.planner.cost.CostModel;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.variant.PackageName;
import dev.crossplan.planner.variant.Packages;
import java.util.Set;
import java.util.TreeSet;

/** What the user should know though it does not stop the plan. */
final class Warnings {
  private static final int MOST_NAMES = 10;

  private Warnings() {}

  static ImmutableList<String> of(Alternatives alternatives) {
    DerivationGraph graph = alternatives.packages().graph();
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    for (int i = 0; i < graph.instances().size(); i++) {
      Instance instance = graph.instances().get(i);
      for (int j = 0; j < i; j++) {
        Instance other = graph.instances().get(j);
        if (instance.source().equals(other.source())) {
          warnings.add("instances " + other.name() + " and " + instance.name() + " are the same");
        }
      }
      int failed = graph.failures(i).size();
      if (failed > 0) {
        warnings.add(
            instance.name()
                + ": "
                + failed
                + (failed == 1 ? " attribute does" : " attributes do")
                + " not evaluate: "
                + String.join(", ", Iterables.limit(graph.failures(i).keySet(), MOST_NAMES))
                + (failed > MOST_NAMES ? ", …" : ""));
      }
    }
    addIdleBuilders(alternatives, warnings);
    addIdleConstraints(alternatives, warnings);
    return warnings.build();
  }

  /** Downloads that Nix does by itself are no use for a builder. */
  private static void addIdleBuilders(
      Alternatives alternatives, ImmutableList.Builder<String> warnings) {
    DerivationGraph graph = alternatives.packages().graph();
    for (Builder builder : alternatives.makings().builders()) {
      boolean idle = true;
      for (int derivation = 0; idle && derivation < graph.size(); derivation++) {
        DerivationFacts facts = graph.facts(derivation);
        idle =
            !builder.systems().contains(facts.system())
                    && !builder.emulates().contains(facts.system())
                || !builder.offers(facts.requiredFeatures());
      }
      if (idle) {
        warnings.add("builder " + builder.name() + " can do nothing here");
      }
    }
  }

  private static void addIdleConstraints(
      Alternatives alternatives, ImmutableList.Builder<String> warnings) {
    Packages packages = alternatives.packages();
    Set<String> names = new TreeSet<>();
    for (int derivation = 0; derivation < packages.graph().size(); derivation++) {
      if (packages.hosts().isFor(derivation, alternatives.manifest().target().system())) {
        PackageName name = packages.name(derivation);
        names.add(CostModel.tableName(packages.graph().facts(derivation), name));
        names.add(name.base());
        names.add(name.toString());
      }
    }
    for (Manifest.Constraint constraint : alternatives.manifest().constraints()) {
      String name = constraint.packageName();
      if (!names.contains(name)) {
        warnings.add(
            "the constraint on "
                + name
                + " applies to nothing"
                + Suggestion.closest(name, names)
                    .map(meant -> ", maybe " + meant + " is meant")
                    .orElse(""));
      }
    }
  }
}

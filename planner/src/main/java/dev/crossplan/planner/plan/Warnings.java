package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import dev.crossplan.planner.alternative.Alternatives;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Instance;

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
    return warnings.build();
  }
}

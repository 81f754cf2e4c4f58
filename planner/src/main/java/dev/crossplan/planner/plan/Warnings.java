package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.alternative.Alternatives;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.NixMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the user should know though it does not stop the plan. */
final class Warnings {
  private Warnings() {}

  static ImmutableList<String> of(Alternatives alternatives) {
    DerivationGraph graph = alternatives.packages().graph();
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    for (int i = 0; i < graph.instances().size(); i++) {
      String name = graph.instances().get(i).name();
      for (int j = 0; j < i; j++) {
        if (graph.areSame(i, j)) {
          warnings.add(
              "instances " + graph.instances().get(j).name() + " and " + name + " are the same");
        }
      }
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
    return warnings.build();
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

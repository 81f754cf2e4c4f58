package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.EvaluationCost;
import java.util.Optional;

/**
 * What evaluating an instance took, when that was last done.
 *
 * @param instance its name
 * @param cost of the evaluation
 * @param with the instance before it that the same evaluation was for; empty if it has its own
 */
public record InstanceCost(String instance, EvaluationCost cost, Optional<String> with) {

  /** Of all instances that were evaluated here, in the order of the manifest. */
  static ImmutableList<InstanceCost> of(DerivationGraph graph) {
    ImmutableList.Builder<InstanceCost> costs = ImmutableList.builder();
    for (int i = 0; i < graph.instances().size(); i++) {
      Optional<EvaluationCost> cost = graph.evaluationCost(i);
      Optional<String> with = Optional.empty();
      for (int j = 0; j < i && with.isEmpty(); j++) {
        if (graph.areSame(i, j) && graph.evaluationCost(j).equals(cost)) {
          with = Optional.of(graph.instances().get(j).name());
        }
      }
      if (cost.isPresent()) {
        costs.add(new InstanceCost(graph.instances().get(i).name(), cost.get(), with));
      }
    }
    return costs.build();
  }
}

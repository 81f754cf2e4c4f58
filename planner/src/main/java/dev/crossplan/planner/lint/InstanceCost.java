package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.EvaluationCost;
import java.util.Optional;
import java.util.OptionalInt;

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
      if (cost.isPresent()) {
        OptionalInt with = graph.evaluatedWith(i);
        costs.add(
            new InstanceCost(
                graph.instances().get(i).name(),
                cost.get(),
                with.isPresent()
                    ? Optional.of(graph.instances().get(with.getAsInt()).name())
                    : Optional.empty()));
      }
    }
    return costs.build();
  }
}

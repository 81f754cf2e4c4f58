package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.crossplan.planner.cost.Estimate;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import java.util.function.Function;

/** How sure it is that the steps of a plan last as long as it says: what its costs say of them. */
public final class StepEstimates implements Function<Step, Estimate> {
  private final Prepared prepared;
  private final ImmutableMap<String, Builder> builders;

  /**
   * @param prepared what the plan was made from
   */
  public StepEstimates(Prepared prepared) {
    this.prepared = prepared;
    this.builders = Maps.uniqueIndex(prepared.builders(), Builder::name);
  }

  @Override
  public Estimate apply(Step step) {
    Builder builder = step.builder().map(builders::get).orElse(null);
    if (step.action() != Action.BUILD || step.seconds() == 0 || builder == null) {
      return Estimator.asPlanned(step);
    }
    return prepared
        .costs()
        .build(
            prepared.packages(),
            prepared.packages().graph().find(step.derivation()).orElseThrow(),
            step.strategy().orElseThrow(),
            step.toolSet(),
            builder);
  }
}

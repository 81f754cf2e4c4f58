package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.cost.Estimate;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.Prepared;
import java.util.Optional;

/** How sure it is when a plan will be done. */
public final class MakespanInterval {
  private MakespanInterval() {}

  /**
   * How far off the end of a plan may be.
   *
   * @param prepared what it was made from
   * @param seed of the chances
   * @return parts of the makespan that the plan tells: {@code 0.9} to {@code 1.3}; empty if all is
   *     certain, or nothing takes time
   */
  public static Optional<Interval> of(Prepared prepared, Plan plan, long seed) {
    double makespan = plan.makespanSeconds();
    if (makespan <= 0) {
      return Optional.empty();
    }
    ImmutableList<Estimate> estimates =
        plan.steps().stream()
            .map(new StepEstimates(prepared))
            .collect(ImmutableList.toImmutableList());
    return Simulation.intervals(
            plan.steps(), estimates, new Placing(plan.steps(), plan.builders()), seed)
        .map(found -> found.makespanSeconds().times(1 / makespan));
  }
}

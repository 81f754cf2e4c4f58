package dev.crossplan.planner.estimate;

import dev.crossplan.planner.cost.Estimate;
import dev.crossplan.planner.plan.Step;

/** A step, and how long it lasts on its builder. */
public record EstimatedStep(Step step, Estimate estimate) {
  /** Whether it may last otherwise. */
  public boolean isUncertain() {
    return estimate.spread() > 0 || estimate.common() > 0;
  }
}

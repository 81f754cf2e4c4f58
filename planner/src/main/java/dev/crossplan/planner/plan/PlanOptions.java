package dev.crossplan.planner.plan;

import java.time.Duration;

/**
 * How to plan.
 *
 * @param timeLimit for the search, after which the best answer so far and its bound are given
 * @param seed for what is random in it
 */
public record PlanOptions(Objective objective, Duration timeLimit, long seed) {

  /** Least builder-seconds, ten seconds, seed 1. */
  public static final PlanOptions DEFAULT =
      new PlanOptions(Objective.BUILDER_SECONDS, Duration.ofSeconds(10), 1);
}

package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.plan.Plan;

/**
 * How long, on what and for how much.
 *
 * @param options the plan first, then what would be done without one
 * @param longest builds of the plan, the longest first
 * @param criticalPath what the end of the plan waits for
 * @param dependencyPath what it would wait for with slots without end
 * @param untested builds of the plan whose tests are not run
 * @param substituters in the order of the manifest
 * @param changes what other builders would save, best first; empty unless asked for
 */
public record EstimateReport(
    Plan plan,
    ImmutableList<OptionEstimate> options,
    ImmutableList<EstimatedStep> longest,
    Chain criticalPath,
    Chain dependencyPath,
    Untested untested,
    ImmutableList<CacheWeather> substituters,
    ImmutableList<BuilderChange> changes) {

  /** With what other builders would save. */
  public EstimateReport with(ImmutableList<BuilderChange> found) {
    return new EstimateReport(
        plan, options, longest, criticalPath, dependencyPath, untested, substituters, found);
  }
}

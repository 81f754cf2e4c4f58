package dev.crossplan.planner.simulate;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.plan.Plan;
import java.util.Optional;

/**
 * What all policies made of a plan's steps.
 *
 * @param local the builder that Nix is taken to run on; empty where all have an address
 * @param results one for each policy, in their order
 */
public record SimulationReport(
    Plan plan,
    Optional<Builder> local,
    Conditions conditions,
    ImmutableList<PolicyResult> results) {

  public PolicyResult of(Policy policy) {
    return results.stream().filter(result -> result.policy() == policy).findFirst().orElseThrow();
  }
}

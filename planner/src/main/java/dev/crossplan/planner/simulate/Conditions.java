package dev.crossplan.planner.simulate;

import com.google.common.base.Preconditions;
import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.estimate.Deviations;

/**
 * What all policies have to cope with, each in the same run with the same.
 *
 * @param deviations by how much steps take longer or shorter than planned
 * @param seed of the random numbers
 */
public record Conditions(
    Deviations deviations, ImmutableList<Outage> outages, int runs, long seed) {
  public Conditions {
    Preconditions.checkArgument(runs >= 1, "%s runs", runs);
  }
}

package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.estimate.Totals.Intervals;
import java.util.Optional;

/**
 * How long, on what and for how much one course is.
 *
 * @param name as {@link dev.crossplan.planner.plan.Course#name}
 * @param amounts empty where it is not possible
 * @param why it is not possible; empty where it is
 */
public record OptionEstimate(String name, Optional<Amounts> amounts, Optional<String> why) {

  /**
   * What a possible course comes to.
   *
   * @param builds derivations that are built
   * @param duplicates packages for the target that are built more than once
   * @param intervals of {@code totals}; empty where all is taken for certain
   * @param unknown steps of whose time nothing is known
   * @param builders in their order
   */
  public record Amounts(
      int builds,
      int duplicates,
      Totals totals,
      Optional<Intervals> intervals,
      int unknown,
      ImmutableList<BuilderUse> builders,
      Download download) {}
}

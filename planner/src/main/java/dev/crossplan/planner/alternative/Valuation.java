package dev.crossplan.planner.alternative;

import dev.crossplan.planner.instance.Builder;

/** What a choice counts as the cost of a step, which the sum of is to be least. */
public interface Valuation {
  /** Builder-seconds. */
  Valuation SECONDS = (making, builder, seconds) -> seconds;

  /**
   * What it counts that a builder does something.
   *
   * @param seconds how long it takes
   * @return in whatever unit, 0 or more
   */
  double of(Making making, Builder builder, double seconds);

  /** What it counts to substitute something, which occupies no builder. */
  default double ofSubstitution(double seconds) {
    return seconds;
  }
}

package dev.crossplan.planner.source;

/** How much may be done for one source: files that mean harm take as long as they like. */
final class Budget {
  private long left;

  /**
   * Nothing is spent so far.
   *
   * @param all steps of some nanoseconds, such as characters that are looked at
   */
  Budget(long all) {
    this.left = all;
  }

  /** Spends some; false, and nothing is left, if there was less. */
  boolean take(long steps) {
    left = steps > left ? 0 : left - steps;
    return left > 0;
  }

  boolean isSpent() {
    return left <= 0;
  }
}

package dev.crossplan.planner.plan;

import java.util.Locale;

/** What a plan makes least. */
public enum Objective {
  /** The sum of what all builders do. */
  BUILDER_SECONDS,
  /** The time from the first start to the last finish. */
  MAKESPAN,
  /** What the builders cost, each by the hour from the start until its last step ends. */
  MONEY;

  /** As on the command line and in plans. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

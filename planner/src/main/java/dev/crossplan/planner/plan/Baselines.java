package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.alternative.Alternatives;

/** What the image costs without crossplan. */
final class Baselines {
  private Baselines() {}

  static ImmutableList<Baseline> of(Alternatives alternatives) {
    return ImmutableList.of();
  }
}

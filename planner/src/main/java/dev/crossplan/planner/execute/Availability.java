package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Builder;

/**
 * Which builders a plan may use.
 *
 * @param there those that answer
 * @param hoped these too, and those that may answer again
 */
record Availability(ImmutableList<Builder> there, ImmutableList<Builder> hoped) {

  /** Plans with some builders. */
  @FunctionalInterface
  interface Planning {
    Prospect with(ImmutableList<Builder> builders) throws InterruptedException;
  }

  /** All of them answer. */
  static Availability of(ImmutableList<Builder> builders) {
    return new Availability(builders, builders);
  }

  /** What can be had with those that answer; where that is not all, with the others too. */
  Prospect firstEnough(Planning planning) throws InterruptedException {
    if (!there.isEmpty() && !there.equals(hoped)) {
      Prospect now = planning.with(there);
      if (now.lost().isEmpty()) {
        return now;
      }
    }
    return planning.with(hoped);
  }
}

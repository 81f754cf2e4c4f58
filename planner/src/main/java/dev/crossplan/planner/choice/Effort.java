package dev.crossplan.planner.choice;

/**
 * How much work has been done, in steps of some nanoseconds: what a search is divided by where time
 * would make its outcome differ from one run to the next. For one thread.
 */
final class Effort {
  private long steps;

  void add(long more) {
    steps += more;
  }

  long steps() {
    return steps;
  }
}

package dev.crossplan.planner.schedule;

/** What is free of one machine while a schedule grows. */
interface Timeline {

  /**
   * A machine that is idle.
   *
   * @param tasks how many tasks there are at most
   */
  static Timeline of(ScheduleProblem.Machine machine, int tasks) {
    return machine.memory() == ScheduleProblem.UNLIMITED
        ? new SlotTimeline(machine.slots(), tasks)
        : new MemoryTimeline(machine.slots(), machine.memory());
  }

  /** Makes it idle again. */
  void clear();

  /**
   * The earliest time from {@code ready} on at which a slot and so many bytes of memory are free
   * for {@code duration}.
   *
   * @param memory no more than the machine has
   */
  double earliest(double ready, double duration, long memory);

  /** Takes a slot and memory at a time that {@link #earliest} gave. */
  void take(double start, double duration, long memory);
}

package dev.crossplan.planner.simulate;

/** What a dispatcher sees of the machines, and what it can do: the shop floor. */
interface Floor {
  /** Seconds since the start. */
  double now();

  /** How many tasks run there. */
  int running(int machine);

  boolean isUp(int machine);

  /** Slots in which something can be started; none on a machine that is down. */
  int free(int machine);

  /**
   * Starts a task that is ready.
   *
   * @param machine with a free slot, that can run it
   */
  void start(int task, int machine);

  /** Gives a task that is ready up for good, and with it all that needs it. */
  void fail(int task);
}

package dev.crossplan.planner.simulate;

/**
 * Who decides what runs where. Sees how long tasks should take, never how long they will. One is
 * used for one run.
 */
interface Dispatcher {
  /** All that the task needs is there. */
  void ready(int task);

  /** A task has ended well. */
  void ended(int task, int machine);

  /**
   * The machine has gone down under a task, which is as ready as it was before it started.
   *
   * @param floor to give the task up; nothing is started yet
   */
  void lost(int task, int machine, Floor floor);

  /** Something has changed, or it is {@link #wakeAt}: starts what is to be started. */
  void dispatch(Floor floor);

  /** When to be asked again even if nothing changes; infinite for never. */
  default double wakeAt() {
    return Double.POSITIVE_INFINITY;
  }
}

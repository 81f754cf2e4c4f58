package dev.crossplan.planner.simulate;

import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;

/**
 * What became of one run.
 *
 * @param seconds when the last task ended that could be done
 * @param tasks that there were
 * @param done tasks that were done
 * @param firstFailure when a task was given up first; infinite if none was
 * @param busySeconds by machine, what tasks took that ended there, and those that were lost until
 *     then
 * @param lostSeconds of them, what was for nothing
 * @param machines by task, where it ended; -1 for one that was not done
 * @param starts by task, of the time that ended
 * @param finishes by task
 */
record Outcome(
    double seconds,
    int tasks,
    int done,
    double firstFailure,
    ImmutableDoubleArray busySeconds,
    double lostSeconds,
    ImmutableIntArray machines,
    ImmutableDoubleArray starts,
    ImmutableDoubleArray finishes) {

  boolean isFinished() {
    return done == tasks;
  }

  /** Until all was done; infinite if that never was. */
  double makespan() {
    return isFinished() ? seconds : Double.POSITIVE_INFINITY;
  }
}

package dev.crossplan.planner.simulate;

import com.google.common.primitives.ImmutableDoubleArray;

/**
 * One run of a policy in numbers.
 *
 * @param seconds until the last step ended that was done
 * @param done steps that were done
 * @param finished whether that is all
 * @param firstFailure when a step was given up first; infinite if none was
 * @param busySeconds by builder, the sum of what steps took
 * @param lostSeconds of them, those of steps whose builder went down
 * @param boundSeconds no policy could have finished this run sooner, even if no builder went down
 */
public record Run(
    double seconds,
    int done,
    boolean finished,
    double firstFailure,
    ImmutableDoubleArray busySeconds,
    double lostSeconds,
    double boundSeconds) {

  static Run of(Outcome outcome, double boundSeconds) {
    return new Run(
        outcome.seconds(),
        outcome.done(),
        outcome.isFinished(),
        outcome.firstFailure(),
        outcome.busySeconds(),
        outcome.lostSeconds(),
        boundSeconds);
  }

  /** Until all was done; infinite if that never was. */
  public double makespan() {
    return finished ? seconds : Double.POSITIVE_INFINITY;
  }
}

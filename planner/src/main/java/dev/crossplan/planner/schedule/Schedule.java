package dev.crossplan.planner.schedule;

import com.google.common.base.Preconditions;
import java.util.Arrays;

/**
 * Where and when each task runs. Exists only if it is valid, and sums itself: who made it is not
 * asked.
 */
public final class Schedule {
  private final ScheduleProblem problem;
  private final int[] machines;
  private final double[] starts;
  private final double makespan;

  private Schedule(ScheduleProblem problem, int[] machines, double[] starts, double makespan) {
    this.problem = problem;
    this.machines = machines;
    this.starts = starts;
    this.makespan = makespan;
  }

  /**
   * Checks and keeps a schedule.
   *
   * @param machines by task
   * @param starts by task, 0 or more, in the problem's unit of time
   * @throws IllegalArgumentException if a task runs where it cannot, starts before one that it
   *     needs has finished, or if a machine runs more tasks at a time than it has slots; tasks that
   *     take no time need no slot
   */
  public static Schedule of(ScheduleProblem problem, int[] machines, double[] starts) {
    int n = problem.taskCount();
    Preconditions.checkArgument(
        machines.length == n && starts.length == n, "%s tasks, not all of them given", n);
    Schedule draft = new Schedule(problem, machines.clone(), starts.clone(), 0);
    double makespan = 0;
    for (int t = 0; t < n; t++) {
      Preconditions.checkArgument(
          draft.starts[t] >= 0, "%s starts at %s", problem.taskName(t), draft.starts[t]);
      Preconditions.checkArgument(
          draft.finish(t) < Double.POSITIVE_INFINITY,
          "%s cannot run on %s",
          problem.taskName(t),
          problem.machine(draft.machines[t]).name());
      makespan = Math.max(makespan, draft.finish(t));
    }
    draft.checkPrecedence();
    draft.checkSlots();
    return new Schedule(problem, draft.machines, draft.starts, makespan);
  }

  public ScheduleProblem problem() {
    return problem;
  }

  /** When the last task finishes; 0 if there is none. */
  public double makespan() {
    return makespan;
  }

  public int machine(int task) {
    return machines[task];
  }

  public double start(int task) {
    return starts[task];
  }

  public double finish(int task) {
    return starts[task] + problem.duration(task, machines[task]);
  }

  private void checkPrecedence() {
    Precedence precedence = problem.precedence();
    for (int t = 0; t < starts.length; t++) {
      for (int i = 0; i < precedence.needCount(t); i++) {
        int need = precedence.need(t, i);
        Preconditions.checkArgument(
            starts[t] >= finish(need),
            "%s starts at %s, but %s which it needs finishes at %s",
            problem.taskName(t),
            starts[t],
            problem.taskName(need),
            finish(need));
      }
    }
  }

  /** Walks along the starts and finishes of each machine; at equal times finishes come first. */
  private void checkSlots() {
    int[] running = new int[problem.machineCount()];
    int[] count = new int[problem.machineCount()];
    for (int t = 0; t < starts.length; t++) {
      count[machines[t]]++;
    }
    double[][] startsOn = new double[count.length][];
    double[][] finishesOn = new double[count.length][];
    for (int m = 0; m < count.length; m++) {
      startsOn[m] = new double[count[m]];
      finishesOn[m] = new double[count[m]];
    }
    for (int t = 0; t < starts.length; t++) {
      int m = machines[t];
      if (finish(t) > starts[t]) {
        startsOn[m][running[m]] = starts[t];
        finishesOn[m][running[m]++] = finish(t);
      }
    }
    for (int m = 0; m < count.length; m++) {
      Arrays.sort(startsOn[m], 0, running[m]);
      Arrays.sort(finishesOn[m], 0, running[m]);
      int finished = 0;
      for (int started = 0; started < running[m]; started++) {
        while (finishesOn[m][finished] <= startsOn[m][started]) {
          finished++;
        }
        Preconditions.checkArgument(
            started - finished < problem.machine(m).slots(),
            "%s has %s slots, but one more task starts there at %s",
            problem.machine(m).name(),
            problem.machine(m).slots(),
            startsOn[m][started]);
      }
    }
  }
}

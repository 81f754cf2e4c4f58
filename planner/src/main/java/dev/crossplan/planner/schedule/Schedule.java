package dev.crossplan.planner.schedule;

import com.google.common.base.Preconditions;
import com.google.common.collect.Lists;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

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
   *     needs has finished and was brought to it, or if a machine runs more tasks at a time than it
   *     has slots or memory for; tasks that take no time need neither
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
    draft.checkMemory();
    return new Schedule(problem, draft.machines, draft.starts, makespan);
  }

  /**
   * The same machines and times for the same tasks of another problem.
   *
   * @throws IllegalArgumentException if that is not valid there
   */
  public Schedule on(ScheduleProblem other) {
    return of(other, machines, starts);
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

  /**
   * Tasks that the makespan cannot be less for, as long as each stays where it is and none
   * overtakes another: the last one, before it one that it needs or whose slot it takes and that
   * ends when it starts, and so on. The first one comes first; where something is brought from one
   * machine to another, or waits for memory, the chain begins after that.
   */
  public ImmutableIntArray criticalChain() {
    int n = starts.length;
    Integer[] byFinish = new Integer[n];
    Arrays.setAll(byFinish, t -> t);
    Arrays.sort(byFinish, Comparator.comparingDouble(this::finish));
    double[] finishes = Arrays.stream(byFinish).mapToDouble(this::finish).toArray();
    List<Integer> chain = new ArrayList<>();
    int task = n == 0 ? -1 : byFinish[n - 1];
    while (task >= 0) {
      chain.add(task);
      task = justBefore(task, byFinish, finishes);
    }
    return ImmutableIntArray.copyOf(Lists.reverse(chain));
  }

  private int justBefore(int task, Integer[] byFinish, double[] finishes) {
    Precedence precedence = problem.precedence();
    for (int i = 0; i < precedence.needCount(task); i++) {
      int need = precedence.need(task, i);
      if (finish(need) == starts[task]) {
        return need;
      }
    }
    int place = Arrays.binarySearch(finishes, starts[task]);
    while (place > 0 && finishes[place - 1] == starts[task]) {
      place--;
    }
    for (; place >= 0 && place < finishes.length && finishes[place] == starts[task]; place++) {
      int other = byFinish[place];
      if (machines[other] == machines[task] && starts[other] < starts[task]) {
        return other;
      }
    }
    return -1;
  }

  private void checkPrecedence() {
    Precedence precedence = problem.precedence();
    for (int t = 0; t < starts.length; t++) {
      for (int i = 0; i < precedence.needCount(t); i++) {
        int need = precedence.need(t, i);
        double delay = problem.delay(need, machines[need], t, machines[t]);
        Preconditions.checkArgument(
            starts[t] >= finish(need) + delay,
            "%s starts at %s, but %s which it needs finishes at %s%s",
            problem.taskName(t),
            starts[t],
            problem.taskName(need),
            finish(need),
            delay == 0 ? "" : " elsewhere");
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

  private void checkMemory() {
    for (int m = 0; m < problem.machineCount(); m++) {
      if (problem.machine(m).memory() < ScheduleProblem.UNLIMITED) {
        checkMemory(m);
      }
    }
  }

  /** Looks at each start: at no other time is more taken than before. */
  private void checkMemory(int machine) {
    MemoryTimeline taken = new MemoryTimeline(Integer.MAX_VALUE, problem.machine(machine).memory());
    for (int t = 0; t < starts.length; t++) {
      if (machines[t] == machine) {
        double duration = problem.duration(t, machine);
        Preconditions.checkArgument(
            taken.earliest(starts[t], duration, problem.memory(t)) == starts[t],
            "%s has no memory for %s at %s",
            problem.machine(machine).name(),
            problem.taskName(t),
            starts[t]);
        taken.take(starts[t], duration, problem.memory(t));
      }
    }
  }
}

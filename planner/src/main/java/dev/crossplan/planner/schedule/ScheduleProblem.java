package dev.crossplan.planner.schedule;

import com.google.common.base.Preconditions;
import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * Tasks 0 … n-1 with their precedence, machines 0 … m-1 with their slots, and how long each task
 * takes on each machine. A task runs on one machine, in one slot, without a pause.
 *
 * <p>In the literature: unrelated parallel machines with precedence, R|prec|Cmax.
 */
public final class ScheduleProblem {
  /** What nothing may be longer than, so that sums stay far from infinity. */
  static final double LONGEST = 1e100;

  private final ImmutableList<String> tasks;
  private final Precedence precedence;
  private final ImmutableList<Machine> machines;
  private final int machineCount;
  private final double[] durations;

  private ScheduleProblem(
      ImmutableList<String> tasks,
      Precedence precedence,
      ImmutableList<Machine> machines,
      double[] durations) {
    this.tasks = tasks;
    this.precedence = precedence;
    this.machines = machines;
    this.machineCount = machines.size();
    this.durations = durations;
  }

  /**
   * A machine.
   *
   * @param slots how many tasks it runs at the same time; with 0 it runs none
   */
  public record Machine(String name, int slots) {
    public Machine {
      Preconditions.checkArgument(slots >= 0, "machine %s has %s slots", name, slots);
    }
  }

  /**
   * Keeps {@code durations} without a copy: nobody may change it afterwards.
   *
   * @param tasks the names, unique
   * @param precedence without a cycle
   * @param durations n x m, row by row: {@code durations[task * m + machine]}, 0 or more; infinite
   *     where the machine cannot run the task; in one unit of time, whichever it is
   * @throws IllegalArgumentException if the sizes differ, there is a cycle, a duration is negative,
   *     no number or over 1e100, or no machine can run a task
   */
  public static ScheduleProblem of(
      List<String> tasks, Precedence precedence, List<Machine> machines, double[] durations) {
    int n = tasks.size();
    int m = machines.size();
    Preconditions.checkArgument(
        precedence.taskCount() == n, "%s tasks, precedence of %s", n, precedence.taskCount());
    Preconditions.checkArgument(
        durations.length == (long) n * m,
        "%s tasks, %s machines, %s durations",
        n,
        m,
        durations.length);
    Preconditions.checkArgument(precedence.cycle().isEmpty(), "cycle: %s", precedence.cycle());
    ScheduleProblem problem =
        new ScheduleProblem(
            ImmutableList.copyOf(tasks),
            precedence,
            ImmutableList.copyOf(machines),
            withoutIdle(machines, durations));
    for (int t = 0; t < n; t++) {
      for (int i = 0; i < m; i++) {
        double d = durations[t * m + i];
        Preconditions.checkArgument(
            (d >= 0 && d <= LONGEST) || d == Double.POSITIVE_INFINITY,
            "task %s lasts %s on machine %s",
            tasks.get(t),
            d,
            machines.get(i).name());
      }
      Preconditions.checkArgument(
          problem.leastDuration(t) < Double.POSITIVE_INFINITY,
          "no machine can run task %s",
          tasks.get(t));
    }
    return problem;
  }

  public int taskCount() {
    return tasks.size();
  }

  public int machineCount() {
    return machineCount;
  }

  public String taskName(int task) {
    return tasks.get(task);
  }

  public Machine machine(int machine) {
    return machines.get(machine);
  }

  public Precedence precedence() {
    return precedence;
  }

  /** How long the task takes there; infinite if it cannot run there. */
  public double duration(int task, int machine) {
    return durations[task * machineCount + machine];
  }

  /** How long the task takes on the machine that is quickest with it. */
  public double leastDuration(int task) {
    double least = Double.POSITIVE_INFINITY;
    for (int m = 0; m < machineCount; m++) {
      least = Math.min(least, duration(task, m));
    }
    return least;
  }

  /** How long the task takes on average over the machines that can run it. */
  double meanDuration(int task) {
    double sum = 0;
    int able = 0;
    for (int m = 0; m < machineCount; m++) {
      double d = duration(task, m);
      if (d < Double.POSITIVE_INFINITY) {
        sum += d;
        able++;
      }
    }
    return sum / able;
  }

  /** The durations, infinite on machines without a slot. */
  private static double[] withoutIdle(List<Machine> machines, double[] durations) {
    if (machines.stream().allMatch(machine -> machine.slots() > 0)) {
      return durations;
    }
    double[] copy = durations.clone();
    for (int i = 0; i < copy.length; i++) {
      if (machines.get(i % machines.size()).slots() == 0) {
        copy[i] = Double.POSITIVE_INFINITY;
      }
    }
    return copy;
  }

  /** The same problem with time running backwards. */
  ScheduleProblem turned() {
    return new ScheduleProblem(tasks, precedence.turned(), machines, durations);
  }
}

package dev.crossplan.planner.schedule;

import com.google.common.annotations.VisibleForTesting;
import com.google.common.base.Preconditions;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableLongArray;
import java.util.List;

/**
 * Tasks 0 … n-1 with their precedence, machines 0 … m-1 with their slots, and how long each task
 * takes on each machine. A task runs on one machine, in one slot, without a pause, and has so much
 * of the machine's memory meanwhile; what it makes is brought to the machines of those that need
 * it.
 *
 * <p>In the literature: unrelated parallel machines with precedence, R|prec|Cmax; with resources of
 * the machines and communication delays where memory and transfers are given.
 */
public final class ScheduleProblem {
  /** What nothing may be longer than, so that sums stay far from infinity. */
  static final double LONGEST = 1e100;

  /** More memory than all tasks together could want. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  private final ImmutableList<String> tasks;
  private final Precedence precedence;
  private final ImmutableList<Machine> machines;
  private final int machineCount;
  private final Durations durations;
  private final double[] least;
  private final ImmutableLongArray memory;
  private final Transfers transfers;
  private final boolean isTurned;

  private ScheduleProblem(
      ImmutableList<String> tasks,
      Precedence precedence,
      ImmutableList<Machine> machines,
      Durations durations,
      double[] least,
      ImmutableLongArray memory,
      Transfers transfers,
      boolean isTurned) {
    this.tasks = tasks;
    this.precedence = precedence;
    this.machines = machines;
    this.machineCount = machines.size();
    this.durations = durations;
    this.least = least;
    this.memory = memory;
    this.transfers = transfers;
    this.isTurned = isTurned;
  }

  /**
   * A machine.
   *
   * @param slots how many tasks it runs at the same time; with 0 it runs none
   * @param memory bytes that these have together, {@link #UNLIMITED} if nobody asks
   */
  public record Machine(String name, int slots, long memory) {
    public Machine {
      Preconditions.checkArgument(slots >= 0, "machine %s has %s slots", name, slots);
      Preconditions.checkArgument(memory >= 0, "machine %s has %s bytes", name, memory);
    }

    public Machine(String name, int slots) {
      this(name, slots, UNLIMITED);
    }
  }

  /**
   * Without memory and transfers.
   *
   * @param durations n x m, row by row: {@code durations[task * m + machine]}; kept without a copy
   * @throws IllegalArgumentException as the other does
   */
  public static ScheduleProblem of(
      List<String> tasks, Precedence precedence, List<Machine> machines, double[] durations) {
    return of(
        tasks,
        precedence,
        machines,
        Durations.each(durations, machines.size()),
        new long[0],
        Transfers.NONE);
  }

  /**
   * With memory and transfers.
   *
   * @param durations n x m, row by row: {@code durations[task * m + machine]}; kept without a copy
   * @param memory by task, bytes while it runs; empty where nobody knows
   * @throws IllegalArgumentException as the first does
   */
  public static ScheduleProblem of(
      List<String> tasks,
      Precedence precedence,
      List<Machine> machines,
      double[] durations,
      long[] memory,
      Transfers transfers) {
    return of(
        tasks, precedence, machines, Durations.each(durations, machines.size()), memory, transfers);
  }

  /**
   * A problem.
   *
   * @param tasks the names, unique
   * @param precedence without a cycle
   * @param durations 0 or more, in one unit of time, whichever it is
   * @param memory by task, bytes while it runs; empty where nobody knows
   * @throws IllegalArgumentException if the sizes differ, there is a cycle, a duration is negative,
   *     no number or over 1e100, or no machine can run a task
   */
  static ScheduleProblem of(
      List<String> tasks,
      Precedence precedence,
      List<Machine> machines,
      Durations durations,
      long[] memory,
      Transfers transfers) {
    int n = tasks.size();
    int m = machines.size();
    Preconditions.checkArgument(
        precedence.taskCount() == n, "%s tasks, precedence of %s", n, precedence.taskCount());
    Preconditions.checkArgument(
        durations.has(n, m), "%s tasks, %s machines, other durations", n, m);
    Preconditions.checkArgument(
        memory.length == 0 || memory.length == n, "%s tasks, memory of %s", n, memory.length);
    transfers.check(n, m);
    Preconditions.checkArgument(precedence.cycle().isEmpty(), "cycle: %s", precedence.cycle());
    double[] least = new double[n];
    Durations able = withoutUnable(machines, durations, n, memory);
    for (int t = 0; t < n; t++) {
      least[t] = Double.POSITIVE_INFINITY;
      for (int i = 0; i < m; i++) {
        double d = durations.of(t, i);
        Preconditions.checkArgument(
            (d >= 0 && d <= LONGEST) || d == Double.POSITIVE_INFINITY,
            "task %s lasts %s on machine %s",
            tasks.get(t),
            d,
            machines.get(i).name());
        least[t] = Math.min(least[t], able.of(t, i));
      }
      Preconditions.checkArgument(
          least[t] < Double.POSITIVE_INFINITY, "no machine can run task %s", tasks.get(t));
    }
    return new ScheduleProblem(
        ImmutableList.copyOf(tasks),
        precedence,
        ImmutableList.copyOf(machines),
        able,
        least,
        ImmutableLongArray.copyOf(memory),
        transfers,
        false);
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

  /** How many bytes the task has while it runs. */
  public long memory(int task) {
    return memory.isEmpty() ? 0 : memory.get(task);
  }

  @VisibleForTesting
  Transfers transfers() {
    return transfers;
  }

  boolean hasTransfers() {
    return !transfers.isNone();
  }

  /**
   * How long after {@code need} has finished {@code task} can start.
   *
   * @param from where {@code need} runs
   * @param to where {@code task} runs
   */
  public double delay(int need, int from, int task, int to) {
    return isTurned ? transfers.seconds(task, to, from) : transfers.seconds(need, from, to);
  }

  /** How many delays there are: of each task from each machine to each. */
  long delayCount() {
    return (long) taskCount() * machineCount * machineCount;
  }

  /** How long the task takes there; infinite if it cannot run there. */
  public double duration(int task, int machine) {
    return durations.of(task, machine);
  }

  /** How long the task takes on the machine that is quickest with it. */
  public double leastDuration(int task) {
    return least[task];
  }

  /** How long the task takes on average over the slots that can run it. */
  double meanDuration(int task) {
    double sum = 0;
    double able = 0;
    for (int m = 0; m < machineCount; m++) {
      double d = duration(task, m);
      if (d < Double.POSITIVE_INFINITY) {
        sum += d * machines.get(m).slots();
        able += machines.get(m).slots();
      }
    }
    return sum / able;
  }

  /** The durations, infinite on machines without a slot or without memory enough. */
  private static Durations withoutUnable(
      List<Machine> machines, Durations durations, int tasks, long[] memory) {
    boolean scarce =
        memory.length > 0 && machines.stream().anyMatch(machine -> machine.memory() < UNLIMITED);
    if (!scarce && machines.stream().allMatch(machine -> machine.slots() > 0)) {
      return durations;
    }
    int m = machines.size();
    double[] able = new double[Math.multiplyExact(tasks, m)];
    for (int i = 0; i < able.length; i++) {
      Machine machine = machines.get(i % m);
      able[i] =
          machine.slots() == 0 || (scarce && memory[i / m] > machine.memory())
              ? Double.POSITIVE_INFINITY
              : durations.of(i / m, i % m);
    }
    return Durations.each(able, m);
  }

  /**
   * The same tasks on other machines, between which nothing has to be brought.
   *
   * @param like by new machine, an old one that takes as long for each task; each old one is in it,
   *     or another that takes as long
   */
  ScheduleProblem on(ImmutableList<Machine> others, int[] like) {
    double[] theirs = new double[Math.multiplyExact(taskCount(), like.length)];
    for (int t = 0; t < taskCount(); t++) {
      for (int m = 0; m < like.length; m++) {
        theirs[t * like.length + m] = duration(t, like[m]);
      }
    }
    return new ScheduleProblem(
        tasks,
        precedence,
        others,
        Durations.each(theirs, like.length),
        least,
        memory,
        Transfers.NONE,
        isTurned);
  }

  /** The same problem with time running backwards. */
  ScheduleProblem turned() {
    return new ScheduleProblem(
        tasks, precedence.turned(), machines, durations, least, memory, transfers, !isTurned);
  }
}

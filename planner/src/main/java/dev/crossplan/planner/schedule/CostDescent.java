package dev.crossplan.planner.schedule;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;

/**
 * Makes a schedule better by any measure: moves tasks to other machines, one, or some that need one
 * another, or all that a machine has, or changes their order, and keeps what is no worse. Where
 * that leads no further it goes on from the best with a few changes at once (H. Lourenço, O.
 * Martin, T. Stützle: Iterated local search, Handbook of Metaheuristics, 2003).
 *
 * <p>The {@link ListScheduler} makes a valid schedule of each try.
 */
public final class CostDescent {
  /** So many tries in vain, for each task on each machine, before more is changed at once. */
  private static final int PATIENCE = 8;

  private static final int MOST_KICKS = 5;

  /** A task is moved together with each of its neighbours on the same machine in so many of 4. */
  private static final int TOGETHER = 3;

  private final ScheduleProblem problem;
  private final Comparator<Schedule> order;
  private final SplittableRandom random;
  private final ListScheduler scheduler;

  private CostDescent(ScheduleProblem problem, Comparator<Schedule> order, long seed) {
    this.problem = problem;
    this.order = order;
    this.random = new SplittableRandom(seed);
    this.scheduler = new ListScheduler(problem);
  }

  /** What a schedule is made of, and the schedule. */
  private static final class Try {
    final int[] machines;
    final double[] priorities;
    final Schedule schedule;

    Try(int[] machines, double[] priorities, Schedule schedule) {
      this.machines = machines;
      this.priorities = priorities;
      this.schedule = schedule;
    }
  }

  /**
   * The best schedule that was found, {@code first} or a better one. The same arguments give the
   * same schedule, unless time is over.
   *
   * @param order the better schedule first; of those that are equally good it should prefer the one
   *     from which a better one is nearer
   * @param tries how many schedules are made
   * @param end of {@link System#nanoTime()}
   */
  public static Schedule improve(
      Schedule first, Comparator<Schedule> order, long tries, long end, long seed) {
    ScheduleProblem problem = first.problem();
    return problem.machineCount() < 2 || problem.taskCount() == 0
        ? first
        : new CostDescent(problem, order, seed).descend(first, tries, end);
  }

  private Schedule descend(Schedule first, long tries, long end) {
    int n = problem.taskCount();
    int[] machines = new int[n];
    double[] priorities = new double[n];
    Arrays.setAll(machines, first::machine);
    Arrays.setAll(priorities, t -> -first.start(t));
    Try best = new Try(machines, priorities, first);
    Try current = best;
    long patience = (long) PATIENCE * n * problem.machineCount();
    long inVain = 0;
    for (long i = 0; i < tries && System.nanoTime() - end < 0; i++) {
      if (inVain >= patience) {
        current = changed(best, 2 + random.nextInt(MOST_KICKS - 1));
        inVain = 0;
        continue;
      }
      Try next = changed(current, 1);
      int byOrder = order.compare(next.schedule, current.schedule);
      inVain = byOrder < 0 ? 0 : inVain + 1;
      if (byOrder <= 0) {
        current = next;
      }
      if (order.compare(current.schedule, best.schedule) < 0) {
        best = current;
      }
    }
    return best.schedule;
  }

  private Try changed(Try other, int changes) {
    int[] machines = other.machines.clone();
    double[] priorities = other.priorities.clone();
    for (int i = 0; i < changes; i++) {
      change(machines, priorities, other.schedule.makespan());
    }
    scheduler.run(priorities, machines);
    return new Try(machines, priorities, scheduler.result());
  }

  private void change(int[] machines, double[] priorities, double makespan) {
    int task = random.nextInt(machines.length);
    int to = random.nextInt(problem.machineCount());
    switch (random.nextInt(7)) {
      case 0 -> moveAll(machines[task], to, machines);
      case 1, 2 -> moveWithNeighbours(task, to, machines);
      case 3 -> priorities[task] += makespan * (random.nextDouble() - 0.5);
      case 4 -> {
        move(task, to, machines);
        priorities[task] += makespan * (random.nextDouble() - 0.5);
      }
      case 5 -> {
        int other = random.nextInt(machines.length);
        int here = machines[task];
        move(task, machines[other], machines);
        move(other, here, machines);
      }
      default -> move(task, to, machines);
    }
  }

  private void moveAll(int from, int to, int[] machines) {
    for (int t = 0; t < machines.length; t++) {
      if (machines[t] == from) {
        move(t, to, machines);
      }
    }
  }

  private void moveWithNeighbours(int task, int to, int[] machines) {
    Precedence precedence = problem.precedence();
    int from = machines[task];
    move(task, to, machines);
    for (int i = 0; i < precedence.needCount(task); i++) {
      moveToo(precedence.need(task, i), from, to, machines);
    }
    for (int i = 0; i < precedence.dependentCount(task); i++) {
      moveToo(precedence.dependent(task, i), from, to, machines);
    }
  }

  private void moveToo(int task, int from, int to, int[] machines) {
    if (machines[task] == from && random.nextInt(4) < TOGETHER) {
      move(task, to, machines);
    }
  }

  private void move(int task, int to, int[] machines) {
    if (problem.duration(task, to) < Double.POSITIVE_INFINITY) {
      machines[task] = to;
    }
  }
}

package dev.crossplan.planner.schedule;

import dev.crossplan.planner.OrTools;
import dev.crossplan.planner.Progress;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Looks for a schedule better than HEFT's, until it meets the lower bound, has tried enough for the
 * size of the problem, or its time is over.
 *
 * <p>What is searched are priorities and machines for the {@link ListScheduler}, which makes a
 * valid schedule of any: first several rules, each improved forwards and backwards (K. Li, R.
 * Willis: An iterative scheduling technique for resource-constrained project scheduling, EJOR
 * 56(3), 1992), then small random changes to the best, kept when they are no worse.
 */
public final class ScheduleSearch {
  /** So many placements of one task on one machine are enough. A second or two. */
  private static final long WORK = 20_000_000;

  private static final int MOST_TRIES = 100_000;

  /** Of so many, looking into gaps takes as long as all else. */
  private static final double MANY_TASKS = 5000;

  /** In less than that CP-SAT is hardly loaded. */
  private static final Duration LEAST_FOR_PROGRAM = Duration.ofMillis(500);

  private final ScheduleProblem problem;
  private final double bound;
  private final long seed;
  private final long deadline;
  private final Progress progress;
  private final ListScheduler forward;
  private final ListScheduler backward;
  private final long tries;
  private long tried;

  private double[] priorities;
  private int[] fixed;
  private double makespan = Double.POSITIVE_INFINITY;

  private ScheduleSearch(
      ScheduleProblem problem, double bound, long seed, long deadline, Progress progress) {
    this.problem = problem;
    this.bound = bound;
    this.seed = seed;
    this.deadline = deadline;
    this.progress = progress;
    this.forward = new ListScheduler(problem);
    this.backward = new ListScheduler(problem.turned());
    this.tries = Math.min(MOST_TRIES, (long) (WORK / Math.max(1, placements(problem))));
    this.priorities = new double[problem.taskCount()];
    this.fixed = new int[problem.taskCount()];
  }

  /** Of one try. Where there are many tasks there are many gaps to look into. */
  private static double placements(ScheduleProblem problem) {
    double tasks = problem.taskCount();
    return tasks * (1 + problem.machineCount()) * (1 + tasks / MANY_TASKS);
  }

  /**
   * A schedule and what none can be shorter than.
   *
   * @param bound at most the makespan of the schedule; equal if it is proven least
   */
  public record Result(Schedule schedule, double bound) {}

  /**
   * Searches. The same problem and seed give the same schedule unless the time limit ends the
   * search; HEFT's schedule is made in any case, and nothing worse is returned.
   *
   * @param timeLimit how long to improve
   */
  public static Result search(
      ScheduleProblem problem, Duration timeLimit, long seed, Progress progress) {
    long deadline = System.nanoTime() + timeLimit.toNanos();
    progress.start("scheduling");
    MachinePools pools = MachinePools.of(problem);
    Result result = searchPooled(pools.pooled(), deadline, seed, progress);
    return new Result(pools.spread(result.schedule), result.bound);
  }

  private static Result searchPooled(
      ScheduleProblem problem, long deadline, long seed, Progress progress) {
    double bound = ScheduleBounds.lowerBound(problem);
    Schedule schedule = new ScheduleSearch(problem, bound, seed, deadline, progress).bestSchedule();
    Duration left = Duration.ofNanos(deadline - System.nanoTime());
    if (!isMet(bound, schedule)
        && ConstraintProgram.isWorthwhile(problem)
        && left.compareTo(LEAST_FOR_PROGRAM) > 0
        && OrTools.load()) {
      progress.start("looking for a better schedule and for a proof");
      int denominator = ScheduleBounds.denominator(problem);
      ConstraintProgram.Outcome outcome =
          new ConstraintProgram(problem, schedule, bound, denominator == 0 ? 0 : 1.0 / denominator)
              .solve(Duration.ofNanos(deadline - System.nanoTime()), seed);
      if (outcome.schedule() != null && outcome.schedule().makespan() < schedule.makespan()) {
        schedule = outcome.schedule();
      }
      bound = Math.max(bound, outcome.bound());
    }
    return new Result(schedule, isMet(bound, schedule) ? schedule.makespan() : bound);
  }

  private static boolean isMet(double bound, Schedule schedule) {
    return ScheduleBounds.isMet(bound, schedule.makespan(), schedule.problem().taskCount());
  }

  private Schedule bestSchedule() {
    double[] ranks = ListScheduler.upwardRanks(problem);
    int[] anywhere = new int[ranks.length];
    Arrays.fill(anywhere, ListScheduler.ANY_MACHINE);
    attempt(ranks, anywhere);
    if (isOver()) {
      return best();
    }
    improveBothWays(anywhere);
    attempt(ListScheduler.upwardRanks(problem, problem::leastDuration), anywhere);
    improveBothWays(anywhere);
    changeAtRandom(anywhere);
    return best();
  }

  private Schedule best() {
    forward.run(priorities, fixed);
    return forward.result();
  }

  private boolean isOver() {
    return ScheduleBounds.isMet(bound, makespan, priorities.length)
        || tried >= tries
        || System.nanoTime() >= deadline;
  }

  /** Makes the schedule, and keeps what it was made of if it is no worse than the best. */
  private boolean attempt(double[] priorities, int[] fixed) {
    progress.step(tried++, tries);
    double found = forward.run(priorities, fixed);
    boolean better = found < makespan;
    if (found <= makespan) {
      makespan = found;
      this.priorities = priorities.clone();
      this.fixed = fixed.clone();
    }
    return better;
  }

  /**
   * Schedules backwards from the end what finished last first, then forwards what then started
   * first: both close gaps, as everything moves towards one end.
   */
  private void improveBothWays(int[] fixed) {
    boolean better = true;
    while (better && !isOver()) {
      double[] starts = forward.starts();
      double[] finishes = new double[starts.length];
      for (int t = 0; t < starts.length; t++) {
        finishes[t] = starts[t] + problem.duration(t, forward.machines()[t]);
      }
      backward.run(finishes, fixed);
      double[] remaining = new double[starts.length];
      for (int t = 0; t < remaining.length; t++) {
        remaining[t] = backward.starts()[t] + problem.duration(t, backward.machines()[t]);
      }
      better = attempt(remaining, fixed);
    }
  }

  private void changeAtRandom(int[] anywhere) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = anywhere.length;
    int[] chain = criticalChain();
    while (!isOver()) {
      double[] changedPriorities = priorities.clone();
      int[] changedMachines = fixed.clone();
      int changes = 1 + random.nextInt(Math.min(n, 4));
      for (int i = 0; i < changes; i++) {
        int t = random.nextInt(4) > 0 ? chain[random.nextInt(chain.length)] : random.nextInt(n);
        if (problem.machineCount() > 1 && random.nextInt(2) == 0) {
          changedMachines[t] = ableMachineOrAny(t, random);
        } else {
          changedPriorities[t] += makespan * (random.nextDouble() - 0.5);
        }
      }
      if (attempt(changedPriorities, changedMachines)) {
        improveBothWays(changedMachines);
        chain = criticalChain();
      }
    }
  }

  /** What the best schedule waits for: nothing else makes it shorter. */
  private int[] criticalChain() {
    return best().criticalChain().toArray();
  }

  private int ableMachineOrAny(int task, SplittableRandom random) {
    int machine = random.nextInt(problem.machineCount());
    return problem.duration(task, machine) < Double.POSITIVE_INFINITY
        ? machine
        : ListScheduler.ANY_MACHINE;
  }
}

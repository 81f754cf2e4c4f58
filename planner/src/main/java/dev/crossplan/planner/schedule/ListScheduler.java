package dev.crossplan.planner.schedule;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Schedules tasks one after the other, the ready task of highest priority first, each on the
 * machine where it finishes first, in a gap if one is wide enough.
 *
 * <p>With {@link #upwardRanks} as priorities this is HEFT (H. Topcuoglu, S. Hariri, M.-Y. Wu:
 * Performance-effective and low-complexity task scheduling for heterogeneous computing, IEEE TPDS
 * 13(3), 2002); the ranks are without the transfers. It takes O(edges + n (m + log n)) besides the
 * gaps, of which each machine remembers a few thousand, and O(edges m) where something has to be
 * brought.
 */
public final class ListScheduler {
  /** A task that may run on any machine that can. */
  static final int ANY_MACHINE = -1;

  private final ScheduleProblem problem;
  private final Timeline[] timelines;
  private final double[] priorities;
  private final ReadyQueue ready;
  private final int[] waitsFor;
  private final double[] readyAt;
  private final double[] readyOn;
  private final int[] machines;
  private final double[] starts;
  private @Nullable Thrift thrift;

  /** A scheduler that can be used again and again without new arrays. */
  ListScheduler(ScheduleProblem problem) {
    int n = problem.taskCount();
    this.problem = problem;
    this.timelines = new Timeline[problem.machineCount()];
    for (int m = 0; m < timelines.length; m++) {
      timelines[m] = Timeline.of(problem.machine(m), n);
    }
    this.priorities = new double[n];
    this.ready = new ReadyQueue(priorities);
    this.waitsFor = new int[n];
    this.readyAt = new double[n];
    this.readyOn = new double[timelines.length];
    this.machines = new int[n];
    this.starts = new double[n];
  }

  /** The schedule that HEFT makes. */
  public static Schedule schedule(ScheduleProblem problem) {
    ListScheduler scheduler = new ListScheduler(problem);
    int[] anywhere = new int[problem.taskCount()];
    Arrays.fill(anywhere, ANY_MACHINE);
    scheduler.run(upwardRanks(problem), anywhere);
    return scheduler.result();
  }

  /** What a task costs on a machine that can run it. */
  @FunctionalInterface
  public interface Cost {
    double of(int task, int machine);
  }

  /**
   * A schedule that is cheap and ends in time, so far as a list scheduler can tell: each task on
   * the cheapest machine on which it finishes early enough for what follows, and where there is
   * none on the one where it finishes first.
   *
   * @param deadline in the problem's unit of time; the schedule may end later nevertheless
   */
  public static Schedule schedule(ScheduleProblem problem, Cost cost, double deadline) {
    ListScheduler scheduler = new ListScheduler(problem);
    double[] latest = new double[problem.taskCount()];
    double[] remaining = ScheduleBounds.heads(problem.turned());
    Arrays.setAll(latest, t -> deadline - remaining[t]);
    scheduler.thrift = new Thrift(cost, latest);
    int[] anywhere = new int[problem.taskCount()];
    Arrays.fill(anywhere, ANY_MACHINE);
    scheduler.run(upwardRanks(problem), anywhere);
    return scheduler.result();
  }

  /** What is to be saved where there is time. */
  private static final class Thrift {
    final Cost cost;

    /** By task, when it has to finish. */
    final double[] latest;

    Thrift(Cost cost, double[] latest) {
      this.cost = cost;
      this.latest = latest;
    }
  }

  /**
   * By task, how long its longest remaining path is: its own duration and those of what follows,
   * each on average over the slots that can run it.
   */
  static double[] upwardRanks(ScheduleProblem problem) {
    return upwardRanks(problem, problem::meanDuration);
  }

  /** The same by other durations than the mean ones. */
  static double[] upwardRanks(ScheduleProblem problem, IntToDoubleFunction duration) {
    Precedence precedence = problem.precedence();
    double[] ranks = new double[problem.taskCount()];
    for (int place = ranks.length - 1; place >= 0; place--) {
      int t = precedence.inOrder(place);
      double longest = 0;
      for (int i = 0; i < precedence.dependentCount(t); i++) {
        longest = Math.max(longest, ranks[precedence.dependent(t, i)]);
      }
      ranks[t] = longest + duration.applyAsDouble(t);
    }
    return ranks;
  }

  /**
   * Makes a schedule; {@link #result} gives it.
   *
   * @param priorities by task, the highest first; tasks still come after those they need
   * @param fixed by task, the machine it has to run on, or {@link #ANY_MACHINE}
   * @return its makespan
   */
  double run(double[] priorities, int[] fixed) {
    Precedence precedence = problem.precedence();
    System.arraycopy(priorities, 0, this.priorities, 0, priorities.length);
    for (Timeline timeline : timelines) {
      timeline.clear();
    }
    for (int t = 0; t < waitsFor.length; t++) {
      waitsFor[t] = precedence.needCount(t);
      readyAt[t] = 0;
      if (waitsFor[t] == 0) {
        ready.add(t);
      }
    }
    double makespan = 0;
    while (!ready.isEmpty()) {
      int t = ready.remove();
      double finish = place(t, fixed[t]);
      makespan = Math.max(makespan, finish);
      for (int i = 0; i < precedence.dependentCount(t); i++) {
        int dependent = precedence.dependent(t, i);
        readyAt[dependent] = Math.max(readyAt[dependent], finish);
        if (--waitsFor[dependent] == 0) {
          ready.add(dependent);
        }
      }
    }
    return makespan;
  }

  /** What the last {@link #run} made, checked. */
  Schedule result() {
    return Schedule.of(problem, machines, starts);
  }

  /** By task, as the last {@link #run} left it; not a copy. */
  int[] machines() {
    return machines;
  }

  /** By task, as the last {@link #run} left it; not a copy. */
  double[] starts() {
    return starts;
  }

  /** Where it finishes first; of equals where it takes least; of equals on the first machine. */
  private double place(int task, int fixed) {
    arrive(task);
    long memory = problem.memory(task);
    int best = fixed == ANY_MACHINE ? cheapestInTime(task) : fixed;
    double bestStart = 0;
    double bestDuration = 0;
    if (best == ANY_MACHINE) {
      double bestFinish = Double.POSITIVE_INFINITY;
      for (int m = 0; m < timelines.length; m++) {
        double duration = problem.duration(task, m);
        double arrived = readyOn[m];
        if (arrived + duration > bestFinish || duration == Double.POSITIVE_INFINITY) {
          continue;
        }
        double start = timelines[m].earliest(arrived, duration, memory);
        double finish = start + duration;
        if (finish < bestFinish || (finish == bestFinish && duration < bestDuration)) {
          best = m;
          bestStart = start;
          bestDuration = duration;
          bestFinish = finish;
        }
      }
    } else {
      bestDuration = problem.duration(task, best);
      bestStart = timelines[best].earliest(readyOn[best], bestDuration, memory);
    }
    timelines[best].take(bestStart, bestDuration, memory);
    machines[task] = best;
    starts[task] = bestStart;
    return bestStart + bestDuration;
  }

  /** {@link #ANY_MACHINE} if there is none, or if nobody asks what it costs. */
  private int cheapestInTime(int task) {
    int cheapest = ANY_MACHINE;
    if (thrift == null) {
      return cheapest;
    }
    double least = Double.POSITIVE_INFINITY;
    for (int m = 0; m < timelines.length; m++) {
      double duration = problem.duration(task, m);
      if (duration == Double.POSITIVE_INFINITY) {
        continue;
      }
      double cost = thrift.cost.of(task, m);
      double start = timelines[m].earliest(readyOn[m], duration, problem.memory(task));
      if (cost < least && start + duration <= thrift.latest[task]) {
        cheapest = m;
        least = cost;
      }
    }
    return cheapest;
  }

  /** Finds when all that a task needs is on each machine. */
  private void arrive(int task) {
    Arrays.fill(readyOn, readyAt[task]);
    if (!problem.hasTransfers()) {
      return;
    }
    Precedence precedence = problem.precedence();
    for (int i = 0; i < precedence.needCount(task); i++) {
      int need = precedence.need(task, i);
      double finish = starts[need] + problem.duration(need, machines[need]);
      for (int m = 0; m < readyOn.length; m++) {
        readyOn[m] = Math.max(readyOn[m], finish + problem.delay(need, machines[need], task, m));
      }
    }
  }
}

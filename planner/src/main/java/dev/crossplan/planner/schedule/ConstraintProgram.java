package dev.crossplan.planner.schedule;

import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.CpSolverStatus;
import com.google.ortools.sat.CumulativeConstraint;
import com.google.ortools.sat.IntVar;
import com.google.ortools.sat.IntervalVar;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import com.google.ortools.sat.Literal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A scheduling problem as a constraint program for CP-SAT of OR-Tools: a start for each task, an
 * interval for each machine that can run it, of which one is there, and for each machine a
 * cumulative constraint of its slots. {@link dev.crossplan.planner.OrTools#load} must have
 * succeeded.
 *
 * <p>CP-SAT counts in whole numbers. Where the durations are multiples of something, that is one;
 * where they are not, they are rounded down, as memory is. Then what it proves holds all the same,
 * and of what it finds the machines and the order are taken.
 */
final class ConstraintProgram {
  /** Bigger programs find nothing in the seconds that there are. */
  private static final int MOST_INTERVALS = 20_000;

  /** Into so many units the makespan is divided where nothing divides the durations. */
  private static final double UNITS = 1_000_000;

  /** Sums of more units than this could leave the whole numbers that CP-SAT counts in. */
  private static final double MOST_UNITS = 1L << 40;

  /** How far a sum of doubles may be from what it should be, as a part of it. */
  private static final double ROUNDING = 1e-12;

  /** Into so many units the memory of a machine is divided. */
  private static final long MEMORY_UNITS = 1 << 20;

  /** In CP-SAT's own measure, in which a second is about one of a core. */
  private static final double EFFORT = 400;

  /**
   * As many strategies as CP-SAT needs to have one of each kind. They take turns, so that the
   * outcome depends neither on the machine nor on its load.
   */
  private static final int STRATEGIES = 8;

  private final ScheduleProblem problem;
  private final Schedule known;
  private final double unit;
  private final boolean exact;
  private final CpModel model = new CpModel();
  private final IntVar makespan;
  private final IntVar[] starts;
  private final Literal[][] runsOn;

  /**
   * What came out.
   *
   * @param schedule null where none was found in time
   * @param bound that no makespan is below
   */
  record Outcome(@Nullable Schedule schedule, double bound) {}

  /**
   * @param known a schedule to begin with, longer than 0
   * @param bound a makespan that none is below
   * @param grid what all durations are multiples of; 0 if nothing is
   */
  ConstraintProgram(ScheduleProblem problem, Schedule known, double bound, double grid) {
    this.problem = problem;
    this.known = known;
    this.exact = grid > 0 && known.makespan() / grid <= MOST_UNITS;
    this.unit = exact ? grid : known.makespan() / UNITS;
    long most = units(known.makespan());
    makespan = model.newIntVar(exact ? units(bound) : 0, most, "");
    starts = new IntVar[problem.taskCount()];
    runsOn = new Literal[starts.length][];
    List<Map<Integer, IntervalVar>> intervals = new ArrayList<>();
    for (int m = 0; m < problem.machineCount(); m++) {
      intervals.add(new LinkedHashMap<>());
    }
    LinearExpr[] finishes = new LinearExpr[starts.length];
    for (int t = 0; t < starts.length; t++) {
      starts[t] = model.newIntVar(0, most - units(problem.leastDuration(t)), "");
      model.addHint(starts[t], units(known.start(t)));
      finishes[t] = place(t, intervals);
    }
    order(finishes);
    if (problem.hasTransfers()) {
      bring(finishes);
    }
    limit(intervals);
    model.minimize(makespan);
  }

  /**
   * Whether the program is small enough to be worth the time that it takes to set it up. With
   * transfers it needs a constraint for each pair of machines of each need.
   */
  static boolean isWorthwhile(ScheduleProblem problem) {
    long machines = problem.machineCount();
    return problem.taskCount() * machines <= MOST_INTERVALS
        && (!problem.hasTransfers() || needs(problem) * machines * machines <= MOST_INTERVALS);
  }

  private static long needs(ScheduleProblem problem) {
    Precedence precedence = problem.precedence();
    long needs = 0;
    for (int t = 0; t < problem.taskCount(); t++) {
      needs += precedence.needCount(t);
    }
    return needs;
  }

  private long units(double time) {
    return exact ? Math.round(time / unit) : (long) Math.floor(time / unit);
  }

  /** Adds an interval for each machine that can run the task; returns when it finishes. */
  private LinearExpr place(int task, List<Map<Integer, IntervalVar>> intervals) {
    runsOn[task] = new Literal[problem.machineCount()];
    List<Literal> able = new ArrayList<>();
    LinearExprBuilder finish = LinearExpr.newBuilder().add(starts[task]);
    for (int m = 0; m < problem.machineCount(); m++) {
      double duration = problem.duration(task, m);
      if (duration == Double.POSITIVE_INFINITY) {
        continue;
      }
      BoolVar here = model.newBoolVar("");
      model.addHint(here, known.machine(task) == m);
      runsOn[task][m] = here;
      able.add(here);
      finish.addTerm(here, units(duration));
      intervals
          .get(m)
          .put(
              task, model.newOptionalFixedSizeIntervalVar(starts[task], units(duration), here, ""));
    }
    model.addExactlyOne(able);
    return finish.build();
  }

  private void order(LinearExpr[] finishes) {
    Precedence precedence = problem.precedence().reduced();
    for (int t = 0; t < starts.length; t++) {
      for (int i = 0; i < precedence.needCount(t); i++) {
        model.addLessOrEqual(finishes[precedence.need(t, i)], starts[t]);
      }
      if (precedence.dependentCount(t) == 0) {
        model.addLessOrEqual(finishes[t], makespan);
      }
    }
  }

  /** What is made on one machine and needed on another is brought there first. */
  private void bring(LinearExpr[] finishes) {
    Precedence precedence = problem.precedence(); // also of what is needed indirectly
    for (int t = 0; t < starts.length; t++) {
      for (int i = 0; i < precedence.needCount(t); i++) {
        int need = precedence.need(t, i);
        for (int from = 0; from < problem.machineCount(); from++) {
          for (int to = 0; to < problem.machineCount(); to++) {
            long delay = units(problem.delay(need, from, t, to));
            if (delay > 0 && runsOn[need][from] != null && runsOn[t][to] != null) {
              model
                  .addLessOrEqual(
                      LinearExpr.newBuilder().add(finishes[need]).add(delay).build(), starts[t])
                  .onlyEnforceIf(new Literal[] {runsOn[need][from], runsOn[t][to]});
            }
          }
        }
      }
    }
  }

  /** No more at a time than there are slots and memory for. */
  private void limit(List<Map<Integer, IntervalVar>> intervals) {
    for (int m = 0; m < problem.machineCount(); m++) {
      ScheduleProblem.Machine machine = problem.machine(m);
      if (intervals.get(m).size() > machine.slots()) {
        CumulativeConstraint together = model.addCumulative(machine.slots());
        intervals.get(m).values().forEach(interval -> together.addDemand(interval, 1));
        limitWork(m, machine.slots());
      }
      if (machine.memory() < ScheduleProblem.UNLIMITED) {
        long unit = Math.max(1, machine.memory() / MEMORY_UNITS);
        CumulativeConstraint memory = model.addCumulative(machine.memory() / unit);
        intervals
            .get(m)
            .forEach((task, interval) -> memory.addDemand(interval, problem.memory(task) / unit));
      }
    }
  }

  /** No more work than the slots do until the end; it follows, but is not found by itself. */
  private void limitWork(int machine, int slots) {
    LinearExprBuilder work = LinearExpr.newBuilder().addTerm(makespan, -slots);
    for (int t = 0; t < starts.length; t++) {
      if (runsOn[t][machine] != null) {
        work.addTerm(runsOn[t][machine], units(problem.duration(t, machine)));
      }
    }
    model.addLessOrEqual(work, 0);
  }

  /** Searches, at the longest for {@code limit}. */
  Outcome solve(Duration limit, long seed) {
    CpSolver solver = new CpSolver();
    solver
        .getParameters()
        .setMaxTimeInSeconds(Math.max(0.001, limit.toMillis() / 1000.0))
        .setMaxDeterministicTime(EFFORT)
        .setNumWorkers(STRATEGIES)
        .setInterleaveSearch(true)
        .setRandomSeed((int) (seed & Integer.MAX_VALUE));
    CpSolverStatus status = solver.solve(model);
    if (status != CpSolverStatus.OPTIMAL && status != CpSolverStatus.FEASIBLE) {
      return new Outcome(null, 0);
    }
    boolean isWhole = exact && unit == 1; // then nothing is lost in sums
    double bound =
        Math.ceil(solver.bestObjectiveBound() - 1e-6) * unit * (isWhole ? 1 : 1 - ROUNDING);
    return new Outcome(schedule(solver), bound);
  }

  /** The machines and the order of a solution, every task as early as it goes. */
  private Schedule schedule(CpSolver solver) {
    double[] priorities = new double[starts.length];
    int[] machines = new int[starts.length];
    for (int t = 0; t < starts.length; t++) {
      priorities[t] = -solver.value(starts[t]);
      for (int m = 0; m < problem.machineCount(); m++) {
        if (runsOn[t][m] != null && solver.booleanValue(runsOn[t][m])) {
          machines[t] = m;
        }
      }
    }
    ListScheduler scheduler = new ListScheduler(problem);
    scheduler.run(priorities, machines);
    return scheduler.result();
  }
}

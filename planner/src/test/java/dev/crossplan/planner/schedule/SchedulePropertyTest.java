package dev.crossplan.planner.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.Progress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for the schedule of any problem. */
class SchedulePropertyTest {
  private static final double ROUNDING = 1 + 1e-9;

  @Provide
  Arbitrary<ScheduleProblem> problems() {
    return problems(30);
  }

  @Provide
  Arbitrary<ScheduleProblem> tinyProblems() {
    return problems(5);
  }

  private static Arbitrary<ScheduleProblem> problems(int mostTasks) {
    return Combinators.combine(
            Arbitraries.integers().between(1, mostTasks),
            Arbitraries.integers().between(1, 4),
            Arbitraries.integers().between(0, 3),
            Arbitraries.of(true, false),
            Arbitraries.randomValue(Random::nextLong))
        .as(SchedulePropertyTest::problem);
  }

  /** Random durations, zero and impossible ones among them; whole or with a fraction. */
  private static ScheduleProblem problem(
      int tasks, int machines, int mostNeeds, boolean whole, long seed) {
    Random random = new Random(seed);
    Problems problem =
        Problems.onSlots(IntStream.range(0, machines).map(m -> 1 + random.nextInt(3)).toArray());
    for (int t = 0; t < tasks; t++) {
      double[] durations = new double[machines];
      for (int m = 0; m < machines; m++) {
        durations[m] = whole ? random.nextInt(6) : 5 * random.nextDouble();
        if (random.nextInt(4) == 0) {
          durations[m] = Problems.NO;
        }
      }
      durations[random.nextInt(machines)] = 1 + random.nextInt(9);
      String[] needs =
          t == 0
              ? new String[0]
              : random
                  .ints(random.nextInt(mostNeeds + 1), 0, t)
                  .distinct()
                  .mapToObj(need -> "t" + need)
                  .toArray(String[]::new);
      problem.task("t" + t, durations, needs);
    }
    return problem.get();
  }

  @Property(tries = 500, seed = "1")
  void aListScheduleIsValidAndBetweenTheBoundAndOneAfterTheOther(
      @ForAll("problems") ScheduleProblem problem) {
    Schedule schedule = ListScheduler.schedule(problem);
    assertValid(schedule);
    assertTrue(schedule.makespan() * ROUNDING >= ScheduleBounds.lowerBound(problem));
    assertTrue(schedule.makespan() <= oneAfterTheOther(problem) * ROUNDING);
  }

  /** With the same durations nothing starts later; with others it is a schedule as well. */
  @Property(tries = 300, seed = "1")
  void aScheduleCanBeDoneAgainWithOtherDurations(
      @ForAll("problems") ScheduleProblem problem, @ForAll long seed) {
    Schedule schedule = ListScheduler.schedule(problem);
    int n = problem.taskCount();
    int[] machines = IntStream.range(0, n).map(schedule::machine).toArray();
    double[] starts = IntStream.range(0, n).mapToDouble(schedule::start).toArray();
    Rerun rerun = new Rerun(problem.precedence(), machines(problem), machines, starts);
    double[] planned =
        IntStream.range(0, n).mapToDouble(t -> problem.duration(t, machines[t])).toArray();
    Random random = new Random(seed);
    double[] others =
        Arrays.stream(planned).map(seconds -> seconds * 2 * random.nextDouble()).toArray();

    double[] again = rerun.starts(planned);
    for (int t = 0; t < n; t++) {
      assertTrue(again[t] <= starts[t] * ROUNDING, "t" + t + " at " + again[t]);
    }
    double[] durations = new double[n * problem.machineCount()];
    Arrays.fill(durations, Problems.NO);
    for (int t = 0; t < n; t++) {
      durations[t * problem.machineCount() + machines[t]] = others[t];
    }
    ScheduleProblem changed =
        ScheduleProblem.of(
            IntStream.range(0, n).mapToObj(problem::taskName).toList(),
            problem.precedence(),
            machines(problem),
            durations);
    assertValid(Schedule.of(changed, machines, rerun.starts(others)));
  }

  private static ImmutableList<ScheduleProblem.Machine> machines(ScheduleProblem problem) {
    return IntStream.range(0, problem.machineCount())
        .mapToObj(problem::machine)
        .collect(ImmutableList.toImmutableList());
  }

  /** Tries all orders on all machines: the best of these schedules is the best there is. */
  @Property(tries = 300, seed = "1")
  void theBoundIsNeverAboveTheOptimum(@ForAll("tinyProblems") ScheduleProblem problem) {
    double optimum = optimum(problem);
    assertTrue(
        ScheduleBounds.lowerBound(problem) <= optimum * ROUNDING,
        () -> ScheduleBounds.lowerBound(problem) + " > " + optimum);
  }

  @Property(tries = 100, seed = "1")
  void theSearchFindsTheOptimumOfTinyProblems(@ForAll("tinyProblems") ScheduleProblem problem) {
    double found = search(problem, 1).schedule().makespan();
    assertEquals(optimum(problem), found, 1e-9 * found);
  }

  @Property(tries = 30, seed = "1")
  void theSearchIsValidNoWorseThanHeftAndTheSameAgain(@ForAll("problems") ScheduleProblem problem) {
    ScheduleSearch.Result result = search(problem, 7);
    Schedule schedule = result.schedule();
    assertValid(schedule);
    assertTrue(schedule.makespan() <= ListScheduler.schedule(problem).makespan());
    assertTrue(result.bound() <= schedule.makespan());
    Schedule again = search(problem, 7).schedule();
    assertArrayEquals(starts(schedule), starts(again));
  }

  private static ScheduleSearch.Result search(ScheduleProblem problem, long seed) {
    return ScheduleSearch.search(problem, Duration.ofDays(1), seed, Progress.NONE);
  }

  /** Looks at every pair of tasks and at every start, not like {@link Schedule} does. */
  private static void assertValid(Schedule schedule) {
    ScheduleProblem problem = schedule.problem();
    Precedence precedence = problem.precedence();
    for (int t = 0; t < problem.taskCount(); t++) {
      int task = t;
      for (int i = 0; i < precedence.needCount(t); i++) {
        assertTrue(schedule.finish(precedence.need(t, i)) <= schedule.start(t));
      }
      long together =
          IntStream.range(0, problem.taskCount())
              .filter(other -> schedule.machine(other) == schedule.machine(task))
              .filter(other -> schedule.start(other) <= schedule.start(task))
              .filter(other -> schedule.finish(other) > schedule.start(task))
              .count();
      assertTrue(together <= problem.machine(schedule.machine(t)).slots());
      assertTrue(schedule.finish(t) <= schedule.makespan());
    }
  }

  private static double[] starts(Schedule schedule) {
    return IntStream.range(0, schedule.problem().taskCount())
        .mapToDouble(schedule::start)
        .toArray();
  }

  private static double oneAfterTheOther(ScheduleProblem problem) {
    double sum = 0;
    for (int t = 0; t < problem.taskCount(); t++) {
      double longest = 0;
      for (int m = 0; m < problem.machineCount(); m++) {
        double d = problem.duration(t, m);
        longest = d < Problems.NO ? Math.max(longest, d) : longest;
      }
      sum += longest;
    }
    return sum;
  }

  /**
   * The best over all orders and all machines. An optimal schedule, its tasks taken in the order of
   * their starts and each put as early as it goes, is among them.
   */
  private static double optimum(ScheduleProblem problem) {
    int n = problem.taskCount();
    double[][] free = new double[problem.machineCount()][];
    for (int m = 0; m < free.length; m++) {
      free[m] = new double[problem.machine(m).slots()];
    }
    double[] finishes = new double[n];
    Arrays.fill(finishes, Double.NaN);
    return optimum(problem, finishes, free, 0);
  }

  private static double optimum(
      ScheduleProblem problem, double[] finishes, double[][] free, double makespan) {
    double best = Double.POSITIVE_INFINITY;
    boolean complete = true;
    for (int t = 0; t < finishes.length; t++) {
      if (!Double.isNaN(finishes[t])) {
        continue;
      }
      complete = false;
      double ready = 0;
      for (int i = 0; i < problem.precedence().needCount(t); i++) {
        ready = Math.max(ready, finishes[problem.precedence().need(t, i)]); // NaN: not yet
      }
      for (int m = 0; m < free.length && !Double.isNaN(ready); m++) {
        double duration = problem.duration(t, m);
        for (int slot = 0; slot < free[m].length && duration < Problems.NO; slot++) {
          double before = free[m][slot];
          double start = duration == 0 ? ready : Math.max(ready, before);
          finishes[t] = start + duration;
          free[m][slot] = duration == 0 ? before : finishes[t];
          best = Math.min(best, optimum(problem, finishes, free, Math.max(makespan, finishes[t])));
          finishes[t] = Double.NaN;
          free[m][slot] = before;
        }
      }
    }
    return complete ? makespan : best;
  }
}

package dev.crossplan.planner.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.OrTools;
import dev.crossplan.planner.Progress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
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
        random.nextInt(3) == 0
            ? Problems.onMemory(LongStream.range(0, machines).map(m -> 9 + 9 * m).toArray())
            : Problems.onSlots(
                IntStream.range(0, machines).map(m -> 1 + random.nextInt(3)).toArray());
    if (random.nextBoolean()) {
      problem.memory(random.longs(tasks, 0, 9).toArray());
    }
    if (random.nextInt(3) == 0) {
      double[] secondsPerByte = random.doubles((long) machines * machines, 0, 2).toArray();
      for (int m = 0; m < machines; m++) {
        secondsPerByte[m * machines + m] = 0;
      }
      problem.transfers(random.longs(tasks, 0, 4).toArray(), secondsPerByte);
    }
    for (int t = 0; t < tasks; t++) {
      double[] durations = new double[machines];
      for (int m = 0; m < machines; m++) {
        durations[m] = whole ? random.nextInt(6) : 5 * random.nextDouble();
        if (random.nextInt(4) == 0) {
          durations[m] = Problems.NO;
        }
      }
      durations[random.nextInt(machines)] = 1 + random.nextInt(9);
      problem.task("t" + t, durations, Problems.randomNeeds(random, t, mostNeeds));
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
    Assume.that(problem.machine(0).memory() == ScheduleProblem.UNLIMITED);
    Schedule schedule = ListScheduler.schedule(problem);
    int n = problem.taskCount();
    int[] machines = IntStream.range(0, n).map(schedule::machine).toArray();
    double[] starts = IntStream.range(0, n).mapToDouble(schedule::start).toArray();
    Rerun rerun =
        new Rerun(problem.precedence(), problem.transfers(), machines(problem), machines, starts);
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
            durations,
            new long[0],
            problem.transfers());
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
        int need = precedence.need(t, i);
        double delay = problem.delay(need, schedule.machine(need), t, schedule.machine(t));
        assertTrue(schedule.finish(need) + delay <= schedule.start(t));
      }
      int[] together =
          IntStream.range(0, problem.taskCount())
              .filter(other -> schedule.machine(other) == schedule.machine(task))
              .filter(other -> schedule.start(other) <= schedule.start(task))
              .filter(other -> schedule.finish(other) > schedule.start(task))
              .toArray();
      ScheduleProblem.Machine machine = problem.machine(schedule.machine(t));
      assertTrue(together.length <= machine.slots());
      assertTrue(Arrays.stream(together).mapToLong(problem::memory).sum() <= machine.memory());
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
    double[] starts = new double[n];
    Arrays.fill(starts, Double.NaN);
    return optimum(problem, new int[n], starts, 0);
  }

  private static double optimum(
      ScheduleProblem problem, int[] machines, double[] starts, double makespan) {
    double best = Double.POSITIVE_INFINITY;
    boolean complete = true;
    for (int t = 0; t < starts.length; t++) {
      if (!Double.isNaN(starts[t])) {
        continue;
      }
      complete = false;
      for (int m = 0; m < problem.machineCount(); m++) {
        double duration = problem.duration(t, m);
        machines[t] = m;
        double ready = ready(problem, machines, starts, t); // NaN: not yet
        if (duration < Problems.NO && !Double.isNaN(ready)) {
          double start = earliest(problem, machines, starts, t, ready);
          starts[t] = start;
          double end = Math.max(makespan, start + duration);
          best = Math.min(best, optimum(problem, machines, starts, end));
          starts[t] = Double.NaN;
        }
      }
    }
    return complete ? makespan : best;
  }

  private static double ready(ScheduleProblem problem, int[] machines, double[] starts, int t) {
    double ready = 0;
    for (int i = 0; i < problem.precedence().needCount(t); i++) {
      int need = problem.precedence().need(t, i);
      double delay = problem.delay(need, machines[need], t, machines[t]);
      ready = Math.max(ready, starts[need] + problem.duration(need, machines[need]) + delay);
    }
    return ready;
  }

  /** Something can begin when it is ready, or when something else ends. */
  private static double earliest(
      ScheduleProblem problem, int[] machines, double[] starts, int t, double ready) {
    double duration = problem.duration(t, machines[t]);
    int[] there =
        IntStream.range(0, starts.length)
            .filter(other -> !Double.isNaN(starts[other]) && machines[other] == machines[t])
            .filter(other -> problem.duration(other, machines[t]) > 0)
            .toArray();
    return DoubleStream.concat(
            DoubleStream.of(ready),
            Arrays.stream(there)
                .mapToDouble(other -> starts[other] + problem.duration(other, machines[t])))
        .filter(start -> start >= ready)
        .sorted()
        .filter(start -> duration == 0 || fits(problem, machines[t], starts, there, t, start))
        .findFirst()
        .orElseThrow();
  }

  private static boolean fits(
      ScheduleProblem problem, int machine, double[] starts, int[] there, int t, double start) {
    return DoubleStream.concat(
            DoubleStream.of(start), Arrays.stream(there).mapToDouble(other -> starts[other]))
        .filter(time -> time >= start && time < start + problem.duration(t, machine))
        .allMatch(
            time -> {
              int[] together =
                  Arrays.stream(there)
                      .filter(other -> starts[other] <= time)
                      .filter(other -> starts[other] + problem.duration(other, machine) > time)
                      .toArray();
              long memory = Arrays.stream(together).mapToLong(problem::memory).sum();
              return together.length < problem.machine(machine).slots()
                  && memory + problem.memory(t) <= problem.machine(machine).memory();
            });
  }

  @Property(tries = 100, seed = "1")
  void theConstraintProgramProvesTheOptimumOfTinyProblems(
      @ForAll("tinyProblems") ScheduleProblem problem) {
    assumeTrue(OrTools.load(), "no native library of OR-Tools for this machine");
    Assume.that(ConstraintProgram.isWorthwhile(problem));
    Schedule known = ListScheduler.schedule(problem);
    Assume.that(known.makespan() > 0); // else it is proven without
    int denominator = ScheduleBounds.denominator(problem);
    ConstraintProgram.Outcome outcome =
        new ConstraintProgram(problem, known, 0, denominator == 0 ? 0 : 1.0 / denominator)
            .solve(Duration.ofSeconds(20), 1);
    double optimum = optimum(problem);
    Schedule schedule = Objects.requireNonNull(outcome.schedule());
    assertValid(schedule);
    // What is not whole it counts in millionths.
    assertEquals(optimum, schedule.makespan(), 1e-4 * optimum);
    assertTrue(outcome.bound() <= optimum * ROUNDING);
    assertTrue(outcome.bound() >= optimum * (1 - 1e-4));
  }

  /** As on the pools, and each machine does what its own slots allow. */
  @Property(tries = 300, seed = "1")
  void poolsAreSpreadOverTheirMachines(@ForAll("problems") ScheduleProblem one) {
    int m = one.machineCount();
    int n = one.taskCount();
    int[] like = IntStream.range(0, 2 * m).map(machine -> machine / 2).toArray();
    Assume.that(!one.hasTransfers());
    ScheduleProblem problem =
        one.on(
            Arrays.stream(like).mapToObj(one::machine).collect(ImmutableList.toImmutableList()),
            like);
    MachinePools pools = MachinePools.of(problem);
    if (one.machine(0).memory() == ScheduleProblem.UNLIMITED) {
      assertTrue(pools.pooled().machineCount() <= m);
    }
    Schedule onPools = ListScheduler.schedule(pools.pooled());
    Schedule spread = pools.spread(onPools);
    assertValid(spread);
    assertEquals(onPools.makespan(), spread.makespan());
    for (int t = 0; t < n; t++) {
      assertEquals(onPools.start(t), spread.start(t));
    }
  }

  /** Each is as long as those before it end, from the first start on. */
  @Property(tries = 300, seed = "1")
  void theCriticalChainEndsWithTheScheduleAndHasNoGaps(
      @ForAll("problems") ScheduleProblem problem) {
    Schedule schedule = ListScheduler.schedule(problem);
    int[] chain = schedule.criticalChain().toArray();
    assertEquals(schedule.makespan(), schedule.finish(chain[chain.length - 1]));
    for (int i = 1; i < chain.length; i++) {
      assertEquals(schedule.finish(chain[i - 1]), schedule.start(chain[i]));
    }
    if (!problem.hasTransfers() && problem.machine(0).memory() == ScheduleProblem.UNLIMITED) {
      assertEquals(0, schedule.start(chain[0]));
    }
  }

  /** The cheapest machines, where there is time for them. */
  @Property(tries = 200, seed = "1")
  void aThriftyScheduleIsValidAndCheapestWithoutADeadline(
      @ForAll("problems") ScheduleProblem problem, @ForAll long seed) {
    int m = problem.machineCount();
    double[] costs = new Random(seed).doubles((long) problem.taskCount() * m).toArray();
    Schedule schedule =
        ListScheduler.schedule(problem, (task, machine) -> costs[task * m + machine], 1e9);
    assertValid(schedule);
    for (int t = 0; t < problem.taskCount(); t++) {
      int task = t;
      double least =
          IntStream.range(0, m)
              .filter(machine -> problem.duration(task, machine) < Problems.NO)
              .mapToDouble(machine -> costs[task * m + machine])
              .min()
              .orElseThrow();
      assertEquals(least, costs[t * m + schedule.machine(t)]);
    }
  }
}

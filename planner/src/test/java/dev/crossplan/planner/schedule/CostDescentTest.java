package dev.crossplan.planner.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Machines are rented from the start until their last task ends, and there is a deadline. */
class CostDescentTest {
  private static final int TASKS = 5;
  private static final int PROBLEMS = 60;

  /** What a renter wants of one problem. */
  private static final class Renter {
    private final double[] rates;
    private final double deadline;

    Renter(double[] rates, double deadline) {
      this.rates = rates;
      this.deadline = deadline;
    }

    double rent(Schedule schedule) {
      double[] until = new double[rates.length];
      for (int t = 0; t < schedule.problem().taskCount(); t++) {
        int m = schedule.machine(t);
        until[m] = Math.max(until[m], schedule.finish(t));
      }
      return IntStream.range(0, rates.length).mapToDouble(m -> rates[m] * until[m]).sum();
    }

    /** Infinite if it is late. */
    double cost(Schedule schedule) {
      return schedule.makespan() <= deadline ? rent(schedule) : Double.POSITIVE_INFINITY;
    }

    Comparator<Schedule> order() {
      return Comparator.comparingDouble(this::cost).thenComparing(Schedule::makespan);
    }
  }

  @Test
  void nearlyAlwaysTheCheapestOfAllSchedules() {
    int missed = 0;
    for (int seed = 0; seed < PROBLEMS; seed++) {
      Random random = new Random(seed);
      ScheduleProblem problem = problem(random);
      Schedule heft = ListScheduler.schedule(problem);
      Renter renter =
          new Renter(
              random.doubles(problem.machineCount(), -0.2, 1).map(r -> Math.max(0, r)).toArray(),
              heft.makespan() * (1 + random.nextDouble()));
      double least = leastOfAll(problem, renter);
      double found = renter.cost(improve(heft, renter, 3000));
      assertTrue(found >= least - 1e-9, "brute force tries all: " + seed);
      missed += found > least + 1e-9 ? 1 : 0;
    }
    assertTrue(missed <= PROBLEMS / 20, "missed " + missed);
  }

  @Test
  void neverWorseThanTheFirstAndEachTimeTheSame() {
    for (int seed = 0; seed < PROBLEMS; seed++) {
      ScheduleProblem problem = problem(new Random(seed));
      Schedule heft = ListScheduler.schedule(problem);
      Renter renter = new Renter(new double[] {1, 2, 3}, heft.makespan());
      Schedule found = improve(heft, renter, 30);
      assertTrue(renter.order().compare(found, heft) <= 0);
      Schedule again = improve(heft, renter, 30);
      for (int t = 0; t < TASKS; t++) {
        assertEquals(found.machine(t), again.machine(t));
        assertEquals(found.start(t), again.start(t));
      }
    }
  }

  private static Schedule improve(Schedule first, Renter renter, int tries) {
    long end = System.nanoTime() + 60_000_000_000L;
    return CostDescent.improve(first, renter.order(), tries, end, 1);
  }

  private static ScheduleProblem problem(Random random) {
    int[] slots = random.ints(2 + random.nextInt(2), 1, 3).toArray();
    Problems problem = Problems.onSlots(slots);
    for (int t = 0; t < TASKS; t++) {
      double[] durations = random.doubles(slots.length, 1, 20).toArray();
      if (random.nextInt(4) == 0) {
        durations[random.nextInt(slots.length)] = Problems.NO;
      }
      problem.task("t" + t, durations, Problems.randomNeeds(random, t, 2));
    }
    return problem.get();
  }

  /** Of each way to spread the tasks, in each order. */
  private static double leastOfAll(ScheduleProblem problem, Renter renter) {
    ListScheduler scheduler = new ListScheduler(problem);
    int m = problem.machineCount();
    double least = Double.POSITIVE_INFINITY;
    for (int all = 0; all < Math.pow(m, TASKS); all++) {
      int[] machines = new int[TASKS];
      for (int t = 0, rest = all; t < TASKS; t++, rest /= m) {
        machines[t] = rest % m;
      }
      boolean isPossible =
          IntStream.range(0, TASKS).noneMatch(t -> problem.duration(t, machines[t]) == Problems.NO);
      if (isPossible) {
        double[] priorities = IntStream.range(0, TASKS).asDoubleStream().toArray();
        least = Math.min(least, leastOfOrders(scheduler, priorities, 0, machines, renter));
      }
    }
    return least;
  }

  /** Of all orders of the priorities from a place on. */
  private static double leastOfOrders(
      ListScheduler scheduler, double[] priorities, int from, int[] machines, Renter renter) {
    if (from == TASKS) {
      scheduler.run(priorities, machines);
      return renter.cost(scheduler.result());
    }
    double least = Double.POSITIVE_INFINITY;
    for (int i = from; i < TASKS; i++) {
      double[] swapped = priorities.clone();
      swapped[from] = priorities[i];
      swapped[i] = priorities[from];
      least = Math.min(least, leastOfOrders(scheduler, swapped, from + 1, machines, renter));
    }
    return least;
  }
}

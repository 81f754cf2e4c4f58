package dev.crossplan.planner.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.simulate.Engine.Disruption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What holds whoever decides, for any workload. */
class PoliciesPropertyTest {
  private static final double ROUNDING = 1 + 1e-9;

  /** Tasks without time, impossible places, substitutions and transfers among them. */
  private static Workload work(Random random) {
    int machines = 1 + random.nextInt(4);
    Builder[] builders = new Builder[machines];
    for (int m = 0; m < machines; m++) {
      int slots = 1 + random.nextInt(3);
      builders[m] =
          m == 0 ? Works.here(slots) : Works.remote("m" + m, slots, 0.25 * (1 + random.nextInt(8)));
      if (m > 0 && random.nextInt(3) == 0) {
        builders[m] = Works.behind(10, builders[m]);
      }
    }
    Works works = Works.on(builders);
    int tasks = 1 + random.nextInt(40);
    for (int t = 0; t < tasks; t++) {
      String[] needs =
          t == 0
              ? new String[0]
              : random
                  .ints(random.nextInt(4), 0, t)
                  .distinct()
                  .mapToObj(need -> "t" + need)
                  .toArray(String[]::new);
      String name = "t" + t;
      double[] seconds = new double[machines];
      double work =
          random.nextInt(8) == 0 ? 0 : random.nextInt(2) == 0 ? 5 : 1 + random.nextInt(60);
      for (int m = 0; m < machines; m++) {
        boolean able = m == t % machines || random.nextInt(4) > 0;
        seconds[m] = able ? work / builders[m].speed() : Works.NO;
      }
      works =
          random.nextInt(8) == 0
              ? works.substitution(name, 2, needs)
              : random.nextInt(8) == 0
                  ? works.preferringLocal(name, work, needs)
                  : works.task(name, seconds, needs);
      works.making(name, 50L * random.nextInt(4));
    }
    return works.get();
  }

  private static double[] noise(Workload work, Random random) {
    return random.doubles(work.taskCount(), 0.3, 2).toArray();
  }

  /** Remote machines go down and come back. */
  private static List<Disruption> outages(Workload work, Random random) {
    List<Disruption> outages = new ArrayList<>();
    for (int m = 1; m < work.builders().size(); m++) {
      double from = random.nextInt(60);
      outages.add(new Disruption(from, m, true));
      if (random.nextInt(4) > 0) {
        outages.add(new Disruption(from + 1 + random.nextInt(300), m, false));
      }
    }
    outages.sort(Comparator.comparingDouble(Disruption::at));
    return outages;
  }

  private static void assertPossible(
      Workload work, double[] factors, List<Disruption> outages, Outcome outcome, Policy policy) {
    int done = 0;
    for (int t = 0; t < work.taskCount(); t++) {
      int machine = outcome.machines().get(t);
      if (machine < 0) {
        continue;
      }
      done++;
      double start = outcome.starts().get(t);
      double finish = outcome.finishes().get(t);
      assertEquals(work.problem().duration(t, machine) * factors[t], finish - start, 1e-6);
      for (int i = 0; i < work.problem().precedence().needCount(t); i++) {
        int need = work.problem().precedence().need(t, i);
        assertTrue(outcome.machines().get(need) >= 0, policy + ": t" + t + " without t" + need);
        double way =
            finish == start // it is no work, and nobody sends it anything
                ? 0
                : work.problem().delay(need, outcome.machines().get(need), t, machine);
        assertTrue(
            outcome.finishes().get(need) + way <= start * ROUNDING,
            policy + ": t" + t + " starts before t" + need + " is there");
      }
      for (int from = 0; from < outages.size(); from++) {
        Disruption down = outages.get(from);
        if (down.goesDown() && down.machine() == machine && finish > start) {
          double until =
              outages.stream()
                  .filter(up -> !up.goesDown() && up.machine() == machine)
                  .mapToDouble(Disruption::at)
                  .findFirst()
                  .orElse(Double.POSITIVE_INFINITY);
          assertTrue(
              finish <= down.at() || start >= until, policy + ": t" + t + " on a machine down");
        }
      }
    }
    assertEquals(done, outcome.done());
    assertSlots(work, outcome, policy);
  }

  /** At every start, what runs on the machine. */
  private static void assertSlots(Workload work, Outcome outcome, Policy policy) {
    for (int t = 0; t < work.taskCount(); t++) {
      int machine = outcome.machines().get(t);
      double at = outcome.starts().get(t);
      if (machine < 0 || outcome.finishes().get(t) == at) {
        continue;
      }
      int running = 0;
      for (int other = 0; other < work.taskCount(); other++) {
        if (outcome.machines().get(other) == machine
            && outcome.starts().get(other) <= at
            && outcome.finishes().get(other) > at) {
          running++;
        }
      }
      assertTrue(
          running <= work.problem().machine(machine).slots(),
          policy + ": " + running + " at a time on " + machine);
    }
  }

  @Property(tries = 300, seed = "1")
  void nobodyExceedsSlotsOrForestallsNeedsOrBeatsTheBound(@ForAll long seed) {
    Random random = new Random(seed);
    Workload work = work(random);
    double[] factors = noise(work, random);
    double bound = Contest.bound(work.problem(), factors);
    for (Policy policy : Policy.values()) {
      Outcome outcome = Engine.run(work, policy.dispatcher(work), factors, List.of());
      assertPossible(work, factors, List.of(), outcome, policy);
      assertTrue(outcome.isFinished(), policy + " does not finish");
      assertTrue(outcome.makespan() * ROUNDING >= bound, policy + " is below " + bound);
      assertEquals(0, outcome.lostSeconds());
    }
  }

  /** crossplan's own retry elsewhere; the others may give up, but always come to an end. */
  @Property(tries = 300, seed = "1")
  void faultsAreSurvivedOrTold(@ForAll long seed) {
    Random random = new Random(seed);
    Workload work = work(random);
    double[] factors = noise(work, random);
    List<Disruption> outages = outages(work, random);
    boolean allComeBack =
        outages.stream().filter(Disruption::goesDown).count()
            == outages.stream().filter(outage -> !outage.goesDown()).count();
    for (Policy policy : Policy.values()) {
      Outcome outcome = Engine.run(work, policy.dispatcher(work), factors, outages);
      assertPossible(work, factors, outages, outcome, policy);
      assertTrue(
          outcome.isFinished() || outcome.firstFailure() < Double.POSITIVE_INFINITY || !allComeBack,
          policy + " stops without a reason");
      if (allComeBack && (policy == Policy.SCHEDULE || policy == Policy.CRITICAL_PATH)) {
        assertTrue(outcome.isFinished(), policy + " does not finish");
      }
    }
  }

  @Property(tries = 300, seed = "1")
  void withoutNoiseNothingIsLaterThanPlanned(@ForAll long seed) {
    Workload work = work(new Random(seed));
    Outcome outcome = Works.run(work, Policy.SCHEDULE);
    double planned = 0;
    for (int t = 0; t < work.taskCount(); t++) {
      double start = work.task(t).start();
      planned = Math.max(planned, start + work.plannedSeconds(t));
      assertTrue(
          outcome.starts().get(t) <= start * ROUNDING,
          "t" + t + " at " + outcome.starts().get(t) + ", planned at " + start);
    }
    assertTrue(outcome.makespan() <= planned * ROUNDING);
  }

  @Property(tries = 50, seed = "1")
  void theSameSeedGivesTheSame(@ForAll long seed) {
    Workload work = work(new Random(seed));
    double[] factors = noise(work, new Random(seed));
    List<Disruption> outages = outages(work, new Random(seed));
    for (Policy policy : Policy.values()) {
      Outcome once = Engine.run(work, policy.dispatcher(work), factors, outages);
      Outcome again = Engine.run(work, policy.dispatcher(work), factors, outages);
      assertEquals(Works.story(work, once), Works.story(work, again));
    }
  }
}

package dev.crossplan.planner.simulate;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.schedule.ScheduleBounds;
import dev.crossplan.planner.schedule.ScheduleProblem;
import dev.crossplan.planner.simulate.Engine.Disruption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** All policies, run by run under the same conditions. */
public final class Contest {
  private final Workload work;
  private final Conditions conditions;
  private final ImmutableList<Disruption> disruptions;

  private Contest(Workload work, Conditions conditions) {
    this.work = work;
    this.conditions = conditions;
    this.disruptions = disruptions(work, conditions.outages());
  }

  /**
   * Lets all policies do the steps of a plan.
   *
   * @param prepared what the plan was made from
   * @throws InputException see {@link Outage#check}
   */
  public static SimulationReport hold(
      Prepared prepared, Plan plan, Conditions conditions, Progress progress) {
    Outage.check(conditions.outages(), prepared.builders());
    Workload work = Workload.of(prepared, plan);
    ImmutableList<Builder> builders = work.builders();
    return new SimulationReport(
        plan,
        work.local().stream().mapToObj(builders::get).findFirst(),
        conditions,
        new Contest(work, conditions).results(progress));
  }

  private ImmutableList<PolicyResult> results(Progress progress) {
    Map<Policy, ImmutableList.Builder<Run>> runs = new EnumMap<>(Policy.class);
    for (Policy policy : Policy.values()) {
      runs.put(policy, ImmutableList.builder());
    }
    SplittableRandom random = new SplittableRandom(conditions.seed());
    double[] factors = new double[work.taskCount()];
    progress.start("simulating " + work.taskCount() + " steps");
    for (int run = 0; run < conditions.runs(); run++) {
      progress.step(run, conditions.runs());
      if (conditions.deviations().isNone()) {
        Arrays.fill(factors, 1);
      } else {
        conditions.deviations().draw(random, factors);
      }
      double bound = bound(work.problem(), factors);
      for (Policy policy : Policy.values()) {
        Outcome outcome = Engine.run(work, policy.dispatcher(work), factors, disruptions);
        Objects.requireNonNull(runs.get(policy)).add(Run.of(outcome, bound));
      }
    }
    ImmutableList.Builder<PolicyResult> results = ImmutableList.builder();
    runs.forEach((policy, all) -> results.add(new PolicyResult(policy, all.build())));
    return results.build();
  }

  /** What no policy can be below, even if it knew how long all takes. */
  static double bound(ScheduleProblem problem, double[] factors) {
    int m = problem.machineCount();
    double[] durations = new double[problem.taskCount() * m];
    for (int i = 0; i < durations.length; i++) {
      durations[i] = problem.duration(i / m, i % m) * factors[i / m];
    }
    return ScheduleBounds.lowerBound(
        ScheduleProblem.of(
            IntStream.range(0, problem.taskCount()).mapToObj(problem::taskName).toList(),
            problem.precedence(),
            IntStream.range(0, m).mapToObj(problem::machine).toList(),
            durations));
  }

  private static ImmutableList<Disruption> disruptions(
      Workload work, ImmutableList<Outage> outages) {
    List<String> names = work.builders().stream().map(Builder::name).toList();
    List<Disruption> disruptions = new ArrayList<>();
    for (Outage outage : outages) {
      int machine = names.indexOf(outage.builder());
      disruptions.add(new Disruption(outage.from(), machine, true));
      if (outage.until() < Double.POSITIVE_INFINITY) {
        disruptions.add(new Disruption(outage.until(), machine, false));
      }
    }
    disruptions.sort(Comparator.comparingDouble(Disruption::at));
    return ImmutableList.copyOf(disruptions);
  }
}

package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.plan.Step;
import dev.crossplan.planner.schedule.Precedence;
import dev.crossplan.planner.schedule.Rerun;
import dev.crossplan.planner.schedule.ScheduleProblem.Machine;

/** Where and when the steps of a course are done, in arrays by step. */
final class Placing {
  private final ImmutableList<Step> steps;
  private final ImmutableList<Builder> builders;
  private final int[] placeOf;
  private final double[] starts;
  private final double[] seconds;

  /**
   * @param builders all that steps name
   */
  Placing(ImmutableList<Step> steps, ImmutableList<Builder> builders) {
    this.steps = steps;
    this.builders = builders;
    this.placeOf = new int[steps.size()];
    this.starts = new double[steps.size()];
    this.seconds = new double[steps.size()];
    ImmutableList<String> names =
        builders.stream().map(Builder::name).collect(ImmutableList.toImmutableList());
    for (Step step : steps) {
      placeOf[step.id()] = step.builder().map(names::indexOf).orElse(builders.size());
      starts[step.id()] = step.start();
      seconds[step.id()] = step.seconds();
    }
  }

  ImmutableList<BuilderUse> builders() {
    return builders(starts, seconds);
  }

  Totals totals() {
    return Totals.of(starts, seconds, builders());
  }

  /** What it comes to where steps last as long. */
  Totals totals(Rerun rerun, double[] otherSeconds) {
    double[] otherStarts = rerun.starts(otherSeconds);
    return Totals.of(otherStarts, otherSeconds, builders(otherStarts, otherSeconds));
  }

  private ImmutableList<BuilderUse> builders(double[] starts, double[] seconds) {
    return BuilderUse.of(builders, placeOf, starts, seconds);
  }

  /** The same order on the same builders, to be done with other times. */
  Rerun rerun() {
    int[][] needs = new int[steps.size()][];
    for (Step step : steps) {
      needs[step.id()] = step.inputs().toArray();
    }
    ImmutableList.Builder<Machine> machines = ImmutableList.builder();
    for (Builder builder : builders) {
      machines.add(new Machine(builder.name(), builder.slots()));
    }
    machines.add(new Machine("substituters", Math.max(1, steps.size())));
    return new Rerun(Precedence.of(needs), machines.build(), placeOf, starts);
  }
}

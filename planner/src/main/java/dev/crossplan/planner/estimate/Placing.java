package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.plan.MachineEnvironment;
import dev.crossplan.planner.plan.Step;
import dev.crossplan.planner.schedule.Precedence;
import dev.crossplan.planner.schedule.Rerun;

/** Where and when the steps of a course are done, in arrays by step. */
final class Placing {
  private final ImmutableList<Step> steps;
  private final ImmutableList<Builder> builders;
  private final int[] machineOf;
  private final double[] starts;
  private final double[] seconds;

  /**
   * @param builders all that steps name
   */
  Placing(ImmutableList<Step> steps, ImmutableList<Builder> builders) {
    this.steps = steps;
    this.builders = builders;
    this.machineOf = new int[steps.size()];
    this.starts = new double[steps.size()];
    this.seconds = new double[steps.size()];
    MachineEnvironment environment = new MachineEnvironment(builders);
    for (Step step : steps) {
      machineOf[step.id()] = environment.machine(step);
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
    return BuilderUse.of(builders, machineOf, starts, seconds);
  }

  /** The same order on the same builders, to be done with other times. */
  Rerun rerun() {
    int[][] needs = new int[steps.size()][];
    long[] outputBytes = new long[steps.size()];
    for (Step step : steps) {
      needs[step.id()] = step.inputs().toArray();
      outputBytes[step.id()] = step.outputBytes();
    }
    MachineEnvironment environment = new MachineEnvironment(builders);
    return new Rerun(
        Precedence.of(needs),
        environment.transfers(outputBytes),
        environment.machines(steps.size()),
        machineOf,
        starts);
  }
}

package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import com.google.common.collect.Sets;
import dev.crossplan.planner.alternative.EarlierStep;
import dev.crossplan.planner.alternative.EarlierStep.State;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.plan.Step;

/**
 * What a new plan is to keep of the one before.
 *
 * @param steps of that one, each after its inputs
 * @param there those of their outputs that are in the store or soon will be
 * @param beingMade the steps that are still being made
 * @param running steps that were started already, by derivation as Nix builds it
 * @param isBound whether all steps are to be made of the derivations that they were to be made of
 */
record Kept(
    ImmutableList<PlannedStep> steps,
    ImmutableSet<StorePath> there,
    ImmutableSet<Attempt> beingMade,
    ImmutableMap<StorePath, Step> running,
    boolean isBound) {

  /** Of what an earlier run has left. */
  static Kept of(ImmutableList<PlannedStep> steps, ImmutableSet<StorePath> there) {
    return new Kept(steps, there, ImmutableSet.of(), ImmutableMap.of(), false);
  }

  /** The same, while something else goes on. */
  Kept during(Kept other) {
    return new Kept(
        steps,
        Sets.union(there, other.there).immutableCopy(),
        other.beingMade,
        other.running,
        isBound);
  }

  Kept bound() {
    return new Kept(steps, there, beingMade, running, true);
  }

  Kept withSteps(ImmutableList<PlannedStep> others) {
    return new Kept(others, there, beingMade, running, isBound);
  }

  /** The steps with how much is there of each. */
  ImmutableList<EarlierStep> earlier() {
    return steps.stream()
        .map(
            step ->
                new EarlierStep(
                    step.attempt(),
                    step.provides(),
                    step.tools(),
                    step.meant(),
                    ImmutableSet.copyOf(
                        Maps.filterValues(step.outputs(), there::contains).keySet()),
                    state(step)))
        .collect(ImmutableList.toImmutableList());
  }

  private State state(PlannedStep step) {
    if (beingMade.contains(step.attempt())) {
      return State.RUNNING;
    }
    return there.containsAll(step.used()) ? State.DONE : State.OPEN;
  }
}

package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import com.google.common.collect.Sets;
import dev.crossplan.planner.alternative.EarlierStep;
import dev.crossplan.planner.alternative.EarlierStep.State;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Attempt;

/**
 * What a new plan is to keep of the one before.
 *
 * @param steps of that one, each after its inputs
 * @param there those of their outputs that are in the store or soon will be
 * @param beingMade the steps that are still being made
 * @param running derivations, as Nix builds them, that were started already
 */
record Kept(
    ImmutableList<PlannedStep> steps,
    ImmutableSet<StorePath> there,
    ImmutableSet<Attempt> beingMade,
    ImmutableSet<StorePath> running) {

  /** Of what an earlier run has left. */
  static Kept of(ImmutableList<PlannedStep> steps, ImmutableSet<StorePath> there) {
    return new Kept(steps, there, ImmutableSet.of(), ImmutableSet.of());
  }

  /** The same, while something else goes on. */
  Kept during(Kept other) {
    return new Kept(
        steps, Sets.union(there, other.there).immutableCopy(), other.beingMade, other.running);
  }

  Kept withSteps(ImmutableList<PlannedStep> others) {
    return new Kept(others, there, beingMade, running);
  }

  /** The steps with how much is there of each. */
  ImmutableList<EarlierStep> earlier() {
    return steps.stream()
        .map(
            step ->
                new EarlierStep(
                    step.attempt(),
                    step.provides(),
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

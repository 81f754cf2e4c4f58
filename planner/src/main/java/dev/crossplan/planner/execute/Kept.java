package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Attempt;

/**
 * What a new plan is to keep.
 *
 * @param built what is in the store or soon will be, if inputs are chosen as before
 * @param beingBuilt those of {@code built} that are still being made
 * @param running derivations, as Nix builds them, that were started already
 */
record Kept(
    ImmutableSet<Attempt> built,
    ImmutableSet<Attempt> beingBuilt,
    ImmutableSet<StorePath> running) {

  /** Of what an earlier run has left. */
  static Kept built(ImmutableSet<Attempt> built) {
    return new Kept(built, ImmutableSet.of(), ImmutableSet.of());
  }
}

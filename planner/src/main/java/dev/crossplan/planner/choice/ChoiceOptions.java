package dev.crossplan.planner.choice;

import static com.google.common.base.Preconditions.checkArgument;

import java.time.Duration;

/**
 * How to search.
 *
 * @param timeLimit for the whole of {@link Choice#solve}; when it is over the best selection so far
 *     and its bound are given. The greedy heuristic always runs, whatever the limit: about a second
 *     for a million recipes.
 * @param seed for what is random in the search
 * @param nativeSolvers whether OR-Tools may be loaded where the pure Java search does not end;
 *     where there is no native library for this machine it never is
 */
public record ChoiceOptions(Duration timeLimit, long seed, boolean nativeSolvers) {
  public ChoiceOptions {
    checkArgument(!timeLimit.isNegative(), "time limit %s, expected 0 or more", timeLimit);
  }

  /** With native solvers and seed 0. */
  public static ChoiceOptions within(Duration timeLimit) {
    return new ChoiceOptions(timeLimit, 0, true);
  }

  public ChoiceOptions withSeed(long newSeed) {
    return new ChoiceOptions(timeLimit, newSeed, nativeSolvers);
  }

  public ChoiceOptions withoutNativeSolvers() {
    return new ChoiceOptions(timeLimit, seed, false);
  }
}

package dev.crossplan.planner.choice;

import com.google.common.collect.ImmutableList;

/**
 * All reductions, in the order in which they are applied, round after round until none can be.
 *
 * <p>They pay most of all that is done here: of 19,830 recipes of a public problem some 300 are
 * left to search. A new rule is a class and a line in this list; the tests pick it up from here.
 */
final class Reductions {
  /** More rounds than any problem met has needed; each round is linear, so the limit is time's. */
  private static final int MAXIMUM_ROUNDS = 30;

  /** Recipes from which on a round must take away some part of them for another one to follow. */
  private static final int BIG = 100_000;

  private static final double WORTH_A_ROUND = 0.05;

  static final ImmutableList<Reduction> ALL =
      ImmutableList.of(
          new ImpossibleRecipes(),
          new UnreachableArtifacts(),
          new CyclicRecipes(),
          new RequiredArtifacts(),
          new DominatedRecipes(),
          new ImpliedNeeds(),
          new Inlining());

  private Reductions() {}

  /** Applies all until nothing changes, or not enough to be worth the time of a big problem. */
  static void applyAll(MutableProblem problem, Deadline deadline) {
    boolean changed = true;
    int before = problem.liveRecipes();
    for (int round = 0; changed && round < MAXIMUM_ROUNDS; round++) {
      changed = false;
      for (Reduction reduction : ALL) {
        if (problem.isImpossible() || deadline.isOver()) {
          return;
        }
        changed |= reduction.apply(problem);
      }
      int after = problem.liveRecipes();
      if (before > BIG && after > before * (1 - WORTH_A_ROUND)) {
        return;
      }
      before = after;
    }
  }
}

package dev.crossplan.planner.choice;

import java.util.Arrays;
import java.util.Optional;

/** Tries every choice: slow, and plainly right. */
final class BruteForce {
  /** The least cost of a selection, empty if there is none. */
  static Optional<Double> leastCost(ChoiceProblem problem) {
    int[] best = cheapest(problem);
    return best.length < problem.artifactCount()
        ? Optional.empty()
        : Optional.of(Selection.of(problem, best).cost());
  }

  /** A selection of least cost as {@link Selection#toArray} gives it, empty if there is none. */
  static int[] cheapest(ChoiceProblem problem) {
    BruteForce search = new BruteForce(problem);
    search.decide(problem.roots());
    return search.best;
  }

  private final ChoiceProblem problem;
  private final int[] recipeOf;
  private double leastCost = Double.POSITIVE_INFINITY;
  private int[] best = new int[0];

  private BruteForce(ChoiceProblem problem) {
    this.problem = problem;
    recipeOf = new int[problem.artifactCount()];
    Arrays.fill(recipeOf, Selection.NONE);
  }

  private void decide(int[] open) {
    int next = 0;
    while (next < open.length && recipeOf[open[next]] != Selection.NONE) {
      next++;
    }
    if (next == open.length) {
      Selection.ofValid(problem, recipeOf)
          .filter(selection -> selection.cost() < leastCost)
          .ifPresent(
              selection -> {
                leastCost = selection.cost();
                best = selection.toArray();
              });
      return;
    }
    int artifact = open[next];
    for (int r = problem.firstRecipe(artifact); r < problem.endRecipe(artifact); r++) {
      int more = problem.endNeed(r) - problem.firstNeed(r);
      int[] wider = Arrays.copyOfRange(open, next + 1, open.length + more);
      for (int i = 0; i < more; i++) {
        wider[open.length - next - 1 + i] = problem.need(problem.firstNeed(r) + i);
      }
      recipeOf[artifact] = r;
      decide(wider);
      recipeOf[artifact] = Selection.NONE;
    }
  }
}

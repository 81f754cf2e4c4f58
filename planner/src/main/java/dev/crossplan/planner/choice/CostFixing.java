package dev.crossplan.planner.choice;

/**
 * Rules out recipes by reduced costs: whoever chooses a recipe pays, besides the bound, the reduced
 * costs of a chain of recipes from a root down to it, its own, and those of making the dearest of
 * its needs. Where that is no better than what is known already, the recipe may go. (For Steiner
 * trees: Polzin and Vahdati Daneshmand, Discrete Applied Mathematics 2001.)
 */
final class CostFixing {
  private final ChoiceProblem problem;
  private final CheapestDerivations cheapest;
  private final double[] reduced;
  private final CheapestFirst fromRoots;

  CostFixing(ChoiceProblem problem, Uses uses) {
    this.problem = problem;
    cheapest = new CheapestDerivations(problem, uses);
    reduced = new double[problem.recipeCount()];
    fromRoots = new CheapestFirst(problem.artifactCount());
  }

  /**
   * Makes recipes unusable with which no selection costs less than {@code cutoff}.
   *
   * @param ascent after a run with the same {@code usable} and {@code roots}
   * @return how many
   */
  int fix(boolean[] usable, int[] roots, DualAscent ascent, double cutoff) {
    for (int r = 0; r < reduced.length; r++) {
      reduced[r] = ascent.reducedCost(r);
    }
    cheapest.runByHighest(reduced);
    fromRoots.clear();
    for (int root : roots) {
      fromRoots.offer(root, 0);
    }
    int fixed = 0;
    double limit = cutoff - ascent.bound();
    while (!fromRoots.isEmpty()) {
      int artifact = fromRoots.remove();
      double above = fromRoots.price(artifact);
      for (int r = problem.firstRecipe(artifact); r < problem.endRecipe(artifact); r++) {
        if (!usable[r]) {
          continue;
        }
        double below = 0;
        for (int i = problem.firstNeed(r); i < problem.endNeed(r); i++) {
          below = Math.max(below, cheapest.price(problem.need(i)));
        }
        // Infinite where a need cannot be made any more.
        if (above + reduced[r] + below >= limit) {
          usable[r] = false;
          fixed++;
          continue;
        }
        for (int i = problem.firstNeed(r); i < problem.endNeed(r); i++) {
          fromRoots.offer(problem.need(i), above + reduced[r]);
        }
      }
    }
    // What was not met is not reachable from the roots within the limit.
    for (int r = 0; r < reduced.length; r++) {
      if (usable[r] && fromRoots.price(problem.artifactOf(r)) == Double.POSITIVE_INFINITY) {
        usable[r] = false;
        fixed++;
      }
    }
    return fixed;
  }
}

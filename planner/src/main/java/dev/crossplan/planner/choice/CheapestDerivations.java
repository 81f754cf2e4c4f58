package dev.crossplan.planner.choice;

import java.util.Arrays;

/**
 * Makes artifacts in the order of a price, cheapest first: Knuth's generalisation of Dijkstra's
 * algorithm (Information Processing Letters 1977). Each artifact gets the recipe that was cheapest
 * among those complete when its turn came, so what comes out never has a cycle, whatever the
 * weights. Linear in the problem but for the queue; may be run again and again.
 */
final class CheapestDerivations {
  /** Prices stop growing here, so that they stay comparable where a tree is exponentially big. */
  private static final double PRICE_LIMIT = 1e280;

  private final ChoiceProblem problem;
  private final Uses uses;
  private final int[] missing;
  private final double[] partial;
  private final int[] recipeOf;
  private final boolean[] made;
  private final CheapestFirst queue;

  CheapestDerivations(ChoiceProblem problem, Uses uses) {
    this.problem = problem;
    this.uses = uses;
    missing = new int[problem.recipeCount()];
    partial = new double[problem.recipeCount()];
    recipeOf = new int[problem.artifactCount()];
    made = new boolean[problem.artifactCount()];
    queue = new CheapestFirst(problem.artifactCount());
  }

  /**
   * Makes everything that can be made; the price of a recipe is its weight and the prices of what
   * it needs.
   *
   * @param weight for each recipe what it adds itself; infinite where it must not be used
   * @param share for each artifact by how much its price counts where it is needed, 0 to 1
   * @return for each artifact its recipe, {@link Selection#NONE} where it cannot be made; to be
   *     copied if it is to outlive the next run
   */
  int[] run(double[] weight, double[] share) {
    start(weight);
    while (!queue.isEmpty()) {
      int artifact = queue.remove();
      made[artifact] = true;
      double counted = share[artifact] * queue.price(artifact);
      for (int i = uses.first(artifact); i < uses.end(artifact); i++) {
        int recipe = uses.recipe(i);
        partial[recipe] += counted;
        if (--missing[recipe] == 0) {
          offer(recipe, partial[recipe]);
        }
      }
    }
    return recipeOf;
  }

  /** Like {@link #run}, but the price is the weight and the highest price of what is needed. */
  int[] runByHighest(double[] weight) {
    start(weight);
    while (!queue.isEmpty()) {
      int artifact = queue.remove();
      made[artifact] = true;
      for (int i = uses.first(artifact); i < uses.end(artifact); i++) {
        int recipe = uses.recipe(i);
        if (--missing[recipe] == 0) {
          // Artifacts come by rising price, so the last one is the highest.
          offer(recipe, weight[recipe] + queue.price(artifact));
        }
      }
    }
    return recipeOf;
  }

  /** What {@code artifact} came to in the last run; infinite where it cannot be made. */
  double price(int artifact) {
    return queue.price(artifact);
  }

  private void start(double[] weight) {
    Arrays.fill(recipeOf, Selection.NONE);
    Arrays.fill(made, false);
    queue.clear();
    for (int recipe = 0; recipe < problem.recipeCount(); recipe++) {
      missing[recipe] = problem.endNeed(recipe) - problem.firstNeed(recipe);
      partial[recipe] = weight[recipe];
      if (missing[recipe] == 0) {
        offer(recipe, weight[recipe]);
      }
    }
  }

  private void offer(int recipe, double price) {
    int artifact = problem.artifactOf(recipe);
    if (price < Double.POSITIVE_INFINITY
        && !made[artifact]
        && queue.offer(artifact, Math.min(price, PRICE_LIMIT))) {
      recipeOf[artifact] = recipe;
    }
  }
}

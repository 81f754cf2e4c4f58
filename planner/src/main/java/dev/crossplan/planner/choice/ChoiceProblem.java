package dev.crossplan.planner.choice;

import java.util.Arrays;

/**
 * Artifacts, each with alternative recipes; a recipe has a cost and needs other artifacts. Asked is
 * one recipe for each root and for each artifact that a chosen recipe needs, without a cycle, such
 * that the sum of the costs of the chosen recipes is least; an artifact that many need is paid
 * once.
 *
 * <p>Artifacts are the numbers from 0 to {@link #artifactCount()}, recipes those from 0 to {@link
 * #recipeCount()}; the recipes of an artifact follow one another. Everything is kept in flat
 * arrays, so that a problem of a million recipes fits in some 100 MB. Immutable; made by {@link
 * ProblemDraft}.
 *
 * <p>Costs are finite or positive infinity (a recipe that exists but cannot be used) and never
 * negative. What a recipe needs is a set, in ascending order.
 */
public final class ChoiceProblem {
  private final String[] artifactNames;
  private final String[] recipeNames;
  private final int[] firstRecipe;
  private final int[] artifactOfRecipe;
  private final double[] costs;
  private final int[] firstNeed;
  private final int[] needs;
  private final int[] roots;

  /** Takes the arrays as they are; {@link ProblemDraft} has checked them. */
  ChoiceProblem(
      String[] artifactNames,
      String[] recipeNames,
      int[] firstRecipe,
      double[] costs,
      int[] firstNeed,
      int[] needs,
      int[] roots) {
    this.artifactNames = artifactNames;
    this.recipeNames = recipeNames;
    this.firstRecipe = firstRecipe;
    this.costs = costs;
    this.firstNeed = firstNeed;
    this.needs = needs;
    this.roots = roots;
    this.artifactOfRecipe = new int[costs.length];
    for (int artifact = 0; artifact < artifactNames.length; artifact++) {
      for (int recipe = firstRecipe[artifact]; recipe < firstRecipe[artifact + 1]; recipe++) {
        artifactOfRecipe[recipe] = artifact;
      }
    }
  }

  public int artifactCount() {
    return artifactNames.length;
  }

  public int recipeCount() {
    return costs.length;
  }

  public String artifactName(int artifact) {
    return artifactNames[artifact];
  }

  public String recipeName(int recipe) {
    return recipeNames[recipe];
  }

  /** The first recipe of {@code artifact}; equal to {@link #endRecipe} where it has none. */
  public int firstRecipe(int artifact) {
    return firstRecipe[artifact];
  }

  /** One past the last recipe of {@code artifact}. */
  public int endRecipe(int artifact) {
    return firstRecipe[artifact + 1];
  }

  /** The artifact that {@code recipe} makes. */
  public int artifactOf(int recipe) {
    return artifactOfRecipe[recipe];
  }

  /** At least 0; positive infinity where the recipe cannot be used. */
  public double cost(int recipe) {
    return costs[recipe];
  }

  /** Which artifacts the recipes of an artifact need, with repetitions. */
  Graph graph() {
    return new Graph() {
      @Override
      public int size() {
        return artifactNames.length;
      }

      @Override
      public int[] successors(int artifact) {
        return Arrays.copyOfRange(
            needs, firstNeed[firstRecipe[artifact]], firstNeed[firstRecipe[artifact + 1]]);
      }
    };
  }

  /** A copy: the costs of all recipes. */
  double[] costs() {
    return costs.clone();
  }

  /** The first position of the needs of {@code recipe}, for {@link #need}. */
  public int firstNeed(int recipe) {
    return firstNeed[recipe];
  }

  /** One past the last position of the needs of {@code recipe}. */
  public int endNeed(int recipe) {
    return firstNeed[recipe + 1];
  }

  /** The artifact needed at {@code position}. */
  public int need(int position) {
    return needs[position];
  }

  /** All needs of all recipes together. */
  public int needCount() {
    return needs.length;
  }

  /** A copy: what must be there in the end, ascending, each once. */
  public int[] roots() {
    return roots.clone();
  }

  @Override
  public String toString() {
    return artifactCount()
        + " artifacts, "
        + recipeCount()
        + " recipes, "
        + needCount()
        + " needs, "
        + roots.length
        + " roots";
  }
}

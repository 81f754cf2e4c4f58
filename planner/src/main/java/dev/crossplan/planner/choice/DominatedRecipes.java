package dev.crossplan.planner.choice;

/**
 * Drops a recipe where another one of the same artifact costs no more and needs nothing that would
 * not be there anyway: because the first one needs it too, directly or in every case further down,
 * or because it is a root that cannot lead back to the artifact.
 *
 * <p>No cycle can come of the exchange: what the dropped recipe had below itself is made before the
 * artifact in any case, and the roots counted on are in another strongly connected component. A
 * root in the same component would be there as well, but perhaps made from the artifact.
 */
final class DominatedRecipes implements Reduction {
  private static final long WORK_LIMIT = 200_000_000;

  @Override
  public boolean apply(MutableProblem problem) {
    Components components = new Components(problem.graph());
    MarkedSet there = new MarkedSet(problem.artifactCount());
    long work = 0;
    boolean changed = false;
    for (int artifact = 0; artifact < problem.artifactCount(); artifact++) {
      int count = problem.recipeCount(artifact);
      if (count < 2) {
        continue;
      }
      int[] recipes = new int[count];
      for (int i = 0; i < count; i++) {
        recipes[i] = problem.recipe(artifact, i);
      }
      // The later of two that are equal is dropped.
      for (int i = count - 1; i >= 0 && work < WORK_LIMIT; i--) {
        there.setToNeedsOf(problem, recipes[i]);
        for (int j = 0; j < count; j++) {
          work++;
          if (j != i
              && problem.isRecipeAlive(recipes[j])
              && problem.cost(recipes[j]) <= problem.cost(recipes[i])
              && isThere(problem, recipes[j], there, components)) {
            problem.removeRecipe(recipes[i]);
            changed = true;
            break;
          }
        }
      }
    }
    return changed;
  }

  private static boolean isThere(
      MutableProblem problem, int recipe, MarkedSet there, Components components) {
    for (int need : problem.needs(recipe)) {
      boolean paidElsewhere =
          problem.isRoot(need)
              && components.componentOf(need) != components.componentOf(problem.makes(recipe));
      if (!paidElsewhere && !there.contains(need)) {
        return false;
      }
    }
    return true;
  }
}

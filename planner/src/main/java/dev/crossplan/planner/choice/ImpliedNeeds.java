package dev.crossplan.planner.choice;

import java.util.Arrays;

/**
 * Drops a need that makes no difference: on a root that cannot lead back to the recipe's artifact,
 * and on what another need of the same recipe has below itself in every case.
 */
final class ImpliedNeeds implements Reduction {
  @Override
  public boolean apply(MutableProblem problem) {
    Components components = new Components(problem.graph());
    Landmarks landmarks = problem.landmarks();
    MarkedSet implied = new MarkedSet(problem.artifactCount());
    IntList recipes = new IntList();
    problem.forEachLiveRecipe(recipes::add);
    boolean changed = false;
    for (int i = 0; i < recipes.size(); i++) {
      int recipe = recipes.get(i);
      int[] needs = problem.needs(recipe);
      implied.clear();
      if (needs.length > 1) {
        for (int need : needs) {
          for (int landmark : landmarks.of(need)) {
            implied.add(landmark);
          }
        }
      }
      int component = components.componentOf(problem.makes(recipe));
      int[] kept =
          Arrays.stream(needs)
              .filter(
                  need ->
                      !implied.contains(need)
                          && !(problem.isRoot(need) && components.componentOf(need) != component))
              .toArray();
      if (kept.length < needs.length) {
        problem.replaceNeeds(recipe, kept);
        changed = true;
      }
    }
    return changed;
  }
}

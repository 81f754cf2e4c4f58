package dev.crossplan.planner.choice;

/**
 * Drops a recipe that needs, further down and in every case, the artifact that it makes: wherever
 * it is chosen there is a cycle.
 */
final class CyclicRecipes implements Reduction {
  @Override
  public boolean apply(MutableProblem problem) {
    Landmarks landmarks = problem.landmarks();
    IntList cyclic = new IntList();
    problem.forEachLiveRecipe(
        recipe -> {
          int artifact = problem.makes(recipe);
          for (int need : problem.needs(recipe)) {
            for (int landmark : landmarks.of(need)) {
              if (landmark == artifact) {
                cyclic.add(recipe);
                return;
              }
            }
          }
        });
    for (int i = 0; i < cyclic.size(); i++) {
      problem.removeRecipe(cyclic.get(i));
    }
    return !cyclic.isEmpty();
  }
}

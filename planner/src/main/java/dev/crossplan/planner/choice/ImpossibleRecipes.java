package dev.crossplan.planner.choice;

/** Drops recipes that need, directly or further down, what cannot be made at all. */
final class ImpossibleRecipes implements Reduction {
  @Override
  public boolean apply(MutableProblem problem) {
    int[][] consumers = problem.consumers();
    int[] missing = new int[problem.recipeEnd()];
    boolean[] derivable = new boolean[problem.artifactCount()];
    IntList open = new IntList();
    problem.forEachLiveRecipe(
        recipe -> {
          missing[recipe] = problem.needs(recipe).length;
          int artifact = problem.makes(recipe);
          if (missing[recipe] == 0 && !derivable[artifact]) {
            derivable[artifact] = true;
            open.add(artifact);
          }
        });
    while (!open.isEmpty()) {
      for (int recipe : consumers[open.pop()]) {
        int artifact = problem.makes(recipe);
        if (--missing[recipe] == 0 && !derivable[artifact]) {
          derivable[artifact] = true;
          open.add(artifact);
        }
      }
    }
    IntList dead = new IntList();
    problem.forEachLiveRecipe(
        recipe -> {
          if (missing[recipe] > 0) {
            dead.add(recipe);
          }
        });
    for (int i = 0; i < dead.size(); i++) {
      problem.removeRecipe(dead.get(i));
    }
    for (int artifact = 0; artifact < problem.artifactCount(); artifact++) {
      if (problem.isAlive(artifact) && !derivable[artifact]) {
        if (problem.isRoot(artifact)) {
          problem.giveUp();
          return true;
        }
        problem.removeArtifact(artifact);
      }
    }
    return !dead.isEmpty();
  }
}

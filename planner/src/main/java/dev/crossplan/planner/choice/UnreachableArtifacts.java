package dev.crossplan.planner.choice;

/** Drops what no root needs, however the recipes are chosen. */
final class UnreachableArtifacts implements Reduction {
  @Override
  public boolean apply(MutableProblem problem) {
    int artifacts = problem.artifactCount();
    boolean[] reached = new boolean[artifacts];
    IntList open = new IntList();
    for (int artifact = 0; artifact < artifacts; artifact++) {
      if (problem.isAlive(artifact) && problem.isRoot(artifact)) {
        reached[artifact] = true;
        open.add(artifact);
      }
    }
    while (!open.isEmpty()) {
      int artifact = open.pop();
      for (int i = 0; i < problem.recipeCount(artifact); i++) {
        for (int need : problem.needs(problem.recipe(artifact, i))) {
          if (!reached[need]) {
            reached[need] = true;
            open.add(need);
          }
        }
      }
    }
    boolean changed = false;
    for (int artifact = 0; artifact < artifacts; artifact++) {
      if (problem.isAlive(artifact) && !reached[artifact]) {
        problem.removeArtifact(artifact);
        changed = true;
      }
    }
    return changed;
  }
}

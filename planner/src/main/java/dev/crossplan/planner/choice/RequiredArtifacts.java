package dev.crossplan.planner.choice;

/** Makes a root of every artifact that each answer contains. */
final class RequiredArtifacts implements Reduction {
  @Override
  public boolean apply(MutableProblem problem) {
    Landmarks landmarks = problem.landmarks();
    IntList required = new IntList();
    for (int artifact = 0; artifact < problem.artifactCount(); artifact++) {
      if (problem.isAlive(artifact) && problem.isRoot(artifact)) {
        for (int landmark : landmarks.of(artifact)) {
          if (!problem.isRoot(landmark)) {
            required.add(landmark);
          }
        }
      }
    }
    for (int i = 0; i < required.size(); i++) {
      problem.makeRoot(required.get(i));
    }
    return !required.isEmpty();
  }
}

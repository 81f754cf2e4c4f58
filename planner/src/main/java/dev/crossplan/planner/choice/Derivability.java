package dev.crossplan.planner.choice;

/** Which artifacts can be made at all, from recipes without needs upwards. */
final class Derivability {
  private Derivability() {}

  /** For each artifact of {@code problem} whether some acyclic choice makes it. */
  static boolean[] of(ChoiceProblem problem) {
    int artifacts = problem.artifactCount();
    int[] first = new int[artifacts + 1];
    for (int i = 0; i < problem.needCount(); i++) {
      first[problem.need(i) + 1]++;
    }
    for (int artifact = 0; artifact < artifacts; artifact++) {
      first[artifact + 1] += first[artifact];
    }
    int[] consumers = new int[problem.needCount()];
    int[] next = first.clone();
    int[] missing = new int[problem.recipeCount()];
    boolean[] derivable = new boolean[artifacts];
    IntList open = new IntList();
    for (int recipe = 0; recipe < problem.recipeCount(); recipe++) {
      missing[recipe] = problem.endNeed(recipe) - problem.firstNeed(recipe);
      for (int i = problem.firstNeed(recipe); i < problem.endNeed(recipe); i++) {
        consumers[next[problem.need(i)]++] = recipe;
      }
      if (missing[recipe] == 0) {
        reach(problem, recipe, derivable, open);
      }
    }
    while (!open.isEmpty()) {
      int artifact = open.pop();
      for (int i = first[artifact]; i < first[artifact + 1]; i++) {
        if (--missing[consumers[i]] == 0) {
          reach(problem, consumers[i], derivable, open);
        }
      }
    }
    return derivable;
  }

  private static void reach(ChoiceProblem problem, int recipe, boolean[] derivable, IntList open) {
    int artifact = problem.artifactOf(recipe);
    if (problem.cost(recipe) < Double.POSITIVE_INFINITY && !derivable[artifact]) {
      derivable[artifact] = true;
      open.add(artifact);
    }
  }
}

package dev.crossplan.planner.choice;

import java.util.Arrays;

/** For each artifact of a problem the recipes that need it, in ascending order. */
final class Uses {
  private final int[] first;
  private final int[] recipes;

  Uses(ChoiceProblem problem) {
    int artifacts = problem.artifactCount();
    first = new int[artifacts + 1];
    for (int i = 0; i < problem.needCount(); i++) {
      first[problem.need(i) + 1]++;
    }
    for (int artifact = 0; artifact < artifacts; artifact++) {
      first[artifact + 1] += first[artifact];
    }
    recipes = new int[problem.needCount()];
    int[] next = Arrays.copyOf(first, artifacts);
    for (int recipe = 0; recipe < problem.recipeCount(); recipe++) {
      for (int i = problem.firstNeed(recipe); i < problem.endNeed(recipe); i++) {
        recipes[next[problem.need(i)]++] = recipe;
      }
    }
  }

  /** The first position of the recipes that need {@code artifact}, for {@link #recipe}. */
  int first(int artifact) {
    return first[artifact];
  }

  /** One past the last position. */
  int end(int artifact) {
    return first[artifact + 1];
  }

  int recipe(int position) {
    return recipes[position];
  }
}

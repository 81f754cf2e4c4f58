package dev.crossplan.planner.choice;

import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/** Problems of any size and shape, each the same for the same arguments. */
final class GeneratedProblems {
  private GeneratedProblems() {}

  /**
   * Anything at all, cycles, impossible artifacts and equal costs included.
   *
   * @param free how many recipes of a hundred cost nothing
   */
  static ChoiceProblem random(
      long seed, int artifacts, int maximumRecipes, int maximumNeeds, int free) {
    SplittableRandom random = new SplittableRandom(seed);
    ProblemDraft draft = declare(artifacts);
    for (int artifact = 0; artifact < artifacts; artifact++) {
      int recipes = random.nextInt(maximumRecipes + 1);
      for (int recipe = 0; recipe < recipes; recipe++) {
        double cost =
            random.nextInt(100) < free
                ? 0
                : random.nextInt(40) == 0 ? Double.POSITIVE_INFINITY : 1 + random.nextInt(9);
        draft.recipe(
            artifact,
            "r" + recipe,
            cost,
            random.ints(random.nextInt(maximumNeeds + 1), 0, artifacts).toArray());
      }
    }
    for (int i = 0; i <= random.nextInt(3); i++) {
      draft.root(random.nextInt(artifacts));
    }
    return draft.finish();
  }

  /**
   * Like {@link #random} but always possible: each artifact has a dear recipe that needs only
   * artifacts of higher numbers.
   */
  static ChoiceProblem possible(
      long seed, int artifacts, int recipesEach, int maximumNeeds, int reach) {
    SplittableRandom random = new SplittableRandom(seed);
    ProblemDraft draft = declare(artifacts);
    for (int artifact = 0; artifact < artifacts; artifact++) {
      int above = Math.min(reach, artifacts - artifact - 1);
      for (int recipe = 0; recipe < recipesEach; recipe++) {
        int count = random.nextInt(maximumNeeds + 1);
        int[] needs;
        if (recipe == 0) {
          int start = artifact + 1;
          needs = above == 0 ? new int[0] : random.ints(count, start, start + above).toArray();
        } else {
          int low = Math.max(0, artifact - reach / 2);
          int high = Math.min(artifacts, artifact + reach + 1);
          needs = random.ints(count, low, high).toArray();
        }
        draft.recipe(artifact, "r" + recipe, 1 + random.nextInt(recipe == 0 ? 500 : 100), needs);
      }
    }
    draft.root(0);
    return draft.finish();
  }

  /** Each artifact needs the next one, and has a dearer way that needs nothing every 1,000. */
  static ChoiceProblem chain(int artifacts) {
    ProblemDraft draft = declare(artifacts);
    for (int artifact = 0; artifact < artifacts; artifact++) {
      if (artifact + 1 < artifacts) {
        draft.recipe(artifact, "next", 1, artifact + 1);
        draft.recipe(artifact, "skip", 2, Math.min(artifacts - 1, artifact + 2));
      } else {
        draft.recipe(artifact, "end", 1);
      }
      if (artifact % 1000 == 999) {
        draft.recipe(artifact, "alone", 2.0 * artifacts);
      }
    }
    draft.root(0);
    return draft.finish();
  }

  /** Elements to be covered by sets, each element by {@code each} of the sets or fewer. */
  static ChoiceProblem cover(long seed, int elements, int sets, int each, int highestCost) {
    SplittableRandom random = new SplittableRandom(seed);
    ProblemDraft draft = declare(elements + sets);
    for (int set = 0; set < sets; set++) {
      draft.recipe(elements + set, "set", 1 + random.nextInt(highestCost));
    }
    for (int element = 0; element < elements; element++) {
      for (int i = 0; i < each; i++) {
        draft.recipe(element, "by" + i, 0, elements + random.nextInt(sets));
      }
      draft.root(element);
    }
    return draft.finish();
  }

  /** The same problem with other costs, but for infinite ones. */
  static ChoiceProblem withCosts(ChoiceProblem problem, DoubleSupplier costs) {
    ProblemDraft draft = declare(problem.artifactCount());
    for (int artifact = 0; artifact < problem.artifactCount(); artifact++) {
      for (int r = problem.firstRecipe(artifact); r < problem.endRecipe(artifact); r++) {
        int[] needs = new int[problem.endNeed(r) - problem.firstNeed(r)];
        for (int i = 0; i < needs.length; i++) {
          needs[i] = problem.need(problem.firstNeed(r) + i);
        }
        double cost = costs.getAsDouble();
        draft.recipe(
            artifact,
            problem.recipeName(r),
            problem.cost(r) < Double.POSITIVE_INFINITY ? cost : Double.POSITIVE_INFINITY,
            needs);
      }
    }
    for (int root : problem.roots()) {
      draft.root(root);
    }
    return draft.finish();
  }

  /** The same problem without the recipes that are not usable. */
  static ChoiceProblem onlyUsable(ChoiceProblem problem, boolean[] usable) {
    ProblemDraft draft = declare(problem.artifactCount());
    for (int r = 0; r < problem.recipeCount(); r++) {
      if (usable[r]) {
        int[] needs = new int[problem.endNeed(r) - problem.firstNeed(r)];
        for (int i = 0; i < needs.length; i++) {
          needs[i] = problem.need(problem.firstNeed(r) + i);
        }
        draft.recipe(problem.artifactOf(r), problem.recipeName(r), problem.cost(r), needs);
      }
    }
    for (int root : problem.roots()) {
      draft.root(root);
    }
    return draft.finish();
  }

  private static ProblemDraft declare(int artifacts) {
    ProblemDraft draft = new ProblemDraft();
    for (int artifact = 0; artifact < artifacts; artifact++) {
      draft.artifact("a" + artifact);
    }
    return draft;
  }
}

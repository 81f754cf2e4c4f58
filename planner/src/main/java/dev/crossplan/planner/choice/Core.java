package dev.crossplan.planner.choice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A part of a reduced problem that has nothing in common with the rest, so that it is solved by
 * itself.
 */
final class Core {
  private final ChoiceProblem problem;
  private final int[] liveRecipes;

  private Core(ChoiceProblem problem, int[] liveRecipes) {
    this.problem = problem;
    this.liveRecipes = liveRecipes;
  }

  /** The part, with the names of the whole. */
  ChoiceProblem problem() {
    return problem;
  }

  /** The live recipe that {@code recipe} of the part is in the reduced problem. */
  int liveRecipe(int recipe) {
    return liveRecipes[recipe];
  }

  /** The connected parts of {@code problem}, smallest first. */
  static List<Core> of(MutableProblem reduced, ChoiceProblem whole) {
    int artifacts = reduced.artifactCount();
    int[] leader = new int[artifacts];
    for (int artifact = 0; artifact < artifacts; artifact++) {
      leader[artifact] = artifact;
    }
    reduced.forEachLiveRecipe(
        recipe -> {
          for (int need : reduced.needs(recipe)) {
            leader[find(leader, need)] = find(leader, reduced.makes(recipe));
          }
        });
    int[] part = new int[artifacts];
    Arrays.fill(part, Selection.NONE);
    List<IntList> members = new ArrayList<>();
    for (int artifact = 0; artifact < artifacts; artifact++) {
      if (reduced.isAlive(artifact)) {
        int first = find(leader, artifact);
        if (part[first] == Selection.NONE) {
          part[first] = members.size();
          members.add(new IntList());
        }
        members.get(part[first]).add(artifact);
      }
    }
    int[] number = new int[artifacts];
    List<Core> cores = new ArrayList<>();
    for (IntList artifactsOfPart : members) {
      cores.add(cut(reduced, whole, artifactsOfPart, number));
    }
    cores.sort(
        (left, right) -> Integer.compare(left.problem.recipeCount(), right.problem.recipeCount()));
    return cores;
  }

  private static Core cut(
      MutableProblem reduced, ChoiceProblem whole, IntList artifacts, int[] number) {
    for (int i = 0; i < artifacts.size(); i++) {
      number[artifacts.get(i)] = i;
    }
    String[] artifactNames = new String[artifacts.size()];
    int[] firstRecipe = new int[artifacts.size() + 1];
    IntList liveRecipes = new IntList();
    IntList needs = new IntList();
    IntList needEnds = new IntList();
    IntList roots = new IntList();
    for (int i = 0; i < artifacts.size(); i++) {
      int artifact = artifacts.get(i);
      artifactNames[i] = whole.artifactName(artifact);
      if (reduced.isRoot(artifact)) {
        roots.add(i);
      }
      for (int j = 0; j < reduced.recipeCount(artifact); j++) {
        int recipe = reduced.recipe(artifact, j);
        liveRecipes.add(recipe);
        // Artifacts keep their order, so needs stay ascending.
        for (int need : reduced.needs(recipe)) {
          needs.add(number[need]);
        }
        needEnds.add(needs.size());
      }
      firstRecipe[i + 1] = liveRecipes.size();
    }
    double[] costs = new double[liveRecipes.size()];
    String[] recipeNames = new String[liveRecipes.size()];
    int[] firstNeed = new int[liveRecipes.size() + 1];
    for (int recipe = 0; recipe < costs.length; recipe++) {
      costs[recipe] = reduced.cost(liveRecipes.get(recipe));
      recipeNames[recipe] = "recipe " + liveRecipes.get(recipe);
      firstNeed[recipe + 1] = needEnds.get(recipe);
    }
    ChoiceProblem problem =
        new ChoiceProblem(
            artifactNames,
            recipeNames,
            firstRecipe,
            costs,
            firstNeed,
            needs.toArray(),
            roots.toArray());
    return new Core(problem, liveRecipes.toArray());
  }

  private static int find(int[] leader, int member) {
    int first = member;
    while (leader[first] != first) {
      leader[first] = leader[leader[first]]; // halve the path
      first = leader[first];
    }
    return first;
  }
}

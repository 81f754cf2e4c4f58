package dev.crossplan.planner.choice;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A {@link ChoiceProblem} in the making: declare artifacts and recipes in any order, then {@link
 * #finish}.
 *
 * <pre>{@code
 * ProblemDraft draft = new ProblemDraft();
 * int zlib = draft.artifact("zlib");
 * int git = draft.artifact("git");
 * draft.recipe(zlib, "cross", 4.0);
 * draft.recipe(git, "cross", 90.0, zlib);
 * draft.root(git);
 * ChoiceProblem problem = draft.finish();
 * }</pre>
 *
 * <p>The numbers handed out for artifacts stay valid in the problem. Recipes are renumbered, the
 * recipes of one artifact keep their order.
 */
public final class ProblemDraft {
  private final List<String> artifactNames = new ArrayList<>();
  private final List<String> recipeNames = new ArrayList<>();
  private final IntList makes = new IntList();
  private double[] costs = new double[16];
  private final IntList needEnds = new IntList();
  private final IntList needs = new IntList();
  private final IntList roots = new IntList();

  /** Declares one more artifact, without recipes yet. Names need not differ. */
  public int artifact(String name) {
    artifactNames.add(name);
    return artifactNames.size() - 1;
  }

  public int artifactCount() {
    return artifactNames.size();
  }

  /**
   * Declares a recipe.
   *
   * @param cost at least 0; positive infinity where the recipe cannot be used
   * @param needed artifacts declared before; one named twice counts once
   * @throws IllegalArgumentException if the cost is negative or not a number, or an artifact is not
   *     declared
   */
  public void recipe(int artifact, String name, double cost, int... needed) {
    // Negated so that NaN is refused too.
    checkArgument(cost >= 0, "recipe %s: cost %s, expected 0 or more", name, cost);
    checkDeclared(artifact);
    for (int need : needed) {
      checkDeclared(need);
    }
    int recipe = recipeNames.size();
    recipeNames.add(name);
    makes.add(artifact);
    if (recipe == costs.length) {
      costs = Arrays.copyOf(costs, 2 * recipe);
    }
    costs[recipe] = cost == 0 ? 0.0 : cost; // no negative zero
    int[] sorted = needed.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) {
        needs.add(sorted[i]);
      }
    }
    needEnds.add(needs.size());
  }

  /** Like {@link #recipe(int, String, double, int...)}. */
  public void recipe(int artifact, String name, double cost, ImmutableIntArray needed) {
    recipe(artifact, name, cost, needed.toArray());
  }

  /** Declares that {@code artifact} must be there in the end. */
  public void root(int artifact) {
    checkDeclared(artifact);
    roots.add(artifact);
  }

  public ChoiceProblem finish() {
    int artifacts = artifactNames.size();
    int recipes = recipeNames.size();
    int[] firstRecipe = new int[artifacts + 1];
    for (int recipe = 0; recipe < recipes; recipe++) {
      firstRecipe[makes.get(recipe) + 1]++;
    }
    for (int artifact = 0; artifact < artifacts; artifact++) {
      firstRecipe[artifact + 1] += firstRecipe[artifact];
    }
    int[] next = firstRecipe.clone();
    int[] place = new int[recipes];
    String[] names = new String[recipes];
    double[] sortedCosts = new double[recipes];
    int[] firstNeed = new int[recipes + 1];
    for (int recipe = 0; recipe < recipes; recipe++) {
      int to = next[makes.get(recipe)]++;
      place[recipe] = to;
      names[to] = recipeNames.get(recipe);
      sortedCosts[to] = costs[recipe];
      firstNeed[to + 1] = needEnds.get(recipe) - needStart(recipe);
    }
    for (int recipe = 0; recipe < recipes; recipe++) {
      firstNeed[recipe + 1] += firstNeed[recipe];
    }
    int[] sortedNeeds = new int[needs.size()];
    for (int recipe = 0; recipe < recipes; recipe++) {
      int start = needStart(recipe);
      for (int i = start; i < needEnds.get(recipe); i++) {
        sortedNeeds[firstNeed[place[recipe]] + i - start] = needs.get(i);
      }
    }
    BitSet rootSet = new BitSet(artifacts);
    for (int i = 0; i < roots.size(); i++) {
      rootSet.set(roots.get(i));
    }
    return new ChoiceProblem(
        artifactNames.toArray(String[]::new),
        names,
        firstRecipe,
        sortedCosts,
        firstNeed,
        sortedNeeds,
        Ints.toArray(rootSet.stream().boxed().toList()));
  }

  private int needStart(int recipe) {
    return recipe == 0 ? 0 : needEnds.get(recipe - 1);
  }

  private void checkDeclared(int artifact) {
    checkArgument(
        artifact >= 0 && artifact < artifactNames.size(),
        "artifact %s is not declared, there are %s",
        artifact,
        artifactNames.size());
  }
}

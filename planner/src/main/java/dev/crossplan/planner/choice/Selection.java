package dev.crossplan.planner.choice;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Optional;

/**
 * A valid answer to a {@link ChoiceProblem}: one recipe for every root and for every artifact that
 * a chosen recipe needs, without a cycle; nothing for an artifact that nothing needs. It checks and
 * sums itself when it is made, so no algorithm grades its own work. Immutable.
 */
public final class Selection {
  /** Stands for "no recipe". */
  public static final int NONE = -1;

  private final ChoiceProblem problem;
  private final int[] recipeOf;
  private final int size;
  private final double cost;

  private Selection(ChoiceProblem problem, int[] recipeOf, int size) {
    this.problem = problem;
    this.recipeOf = recipeOf;
    this.size = size;
    this.cost = sum(problem, recipeOf);
  }

  /**
   * The part of {@code recipeOf} that the roots need.
   *
   * @param recipeOf for each artifact a recipe of it, or {@link #NONE}; what is given for an
   *     artifact that nothing needs is left out
   * @throws IllegalArgumentException if something needed has no recipe or one of infinite cost, or
   *     if there is a cycle
   */
  public static Selection of(ChoiceProblem problem, int[] recipeOf) {
    int[] kept = new int[problem.artifactCount()];
    Optional<String> fault = keepNeeded(problem, recipeOf, kept);
    checkArgument(fault.isEmpty(), "not a selection: %s", fault.orElse(""));
    return finish(problem, kept);
  }

  /** Like {@link #of}, empty where the choice is not valid. */
  public static Optional<Selection> ofValid(ChoiceProblem problem, int[] recipeOf) {
    int[] kept = new int[problem.artifactCount()];
    return keepNeeded(problem, recipeOf, kept).isPresent()
        ? Optional.empty()
        : Optional.of(finish(problem, kept));
  }

  private static Selection finish(ChoiceProblem problem, int[] kept) {
    int size = 0;
    for (int recipe : kept) {
      size += recipe == NONE ? 0 : 1;
    }
    return new Selection(problem, kept, size);
  }

  public ChoiceProblem problem() {
    return problem;
  }

  /** The recipe chosen for {@code artifact}, {@link #NONE} where nothing needs the artifact. */
  public int recipeOf(int artifact) {
    return recipeOf[artifact];
  }

  public boolean contains(int artifact) {
    return recipeOf[artifact] != NONE;
  }

  /** How many artifacts have a recipe. */
  public int size() {
    return size;
  }

  /** The sum of the costs of the chosen recipes, each once. */
  public double cost() {
    return cost;
  }

  /** A copy, {@link #NONE} for each artifact that nothing needs. */
  public int[] toArray() {
    return recipeOf.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Selection that
        && problem == that.problem
        && Arrays.equals(recipeOf, that.recipeOf);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(recipeOf);
  }

  @Override
  public String toString() {
    return size + " artifacts chosen at cost " + cost;
  }

  /**
   * Walks from the roots along the chosen recipes and writes what it meets to {@code kept}.
   *
   * @return what is wrong, empty if nothing
   */
  private static Optional<String> keepNeeded(ChoiceProblem problem, int[] recipeOf, int[] kept) {
    checkArgument(
        recipeOf.length == problem.artifactCount(),
        "recipes for %s artifacts, the problem has %s",
        recipeOf.length,
        problem.artifactCount());
    Arrays.fill(kept, NONE);
    // Depth first with a stack of its own: a chain may be deeper than the call stack.
    int[] nextNeed = new int[problem.artifactCount()];
    boolean[] finished = new boolean[problem.artifactCount()];
    IntList path = new IntList();
    for (int root : problem.roots()) {
      if (finished[root]) {
        continue;
      }
      Optional<String> fault = enter(problem, recipeOf, kept, nextNeed, path, root);
      if (fault.isPresent()) {
        return fault;
      }
      while (!path.isEmpty()) {
        int artifact = path.get(path.size() - 1);
        if (nextNeed[artifact] == problem.endNeed(kept[artifact])) {
          finished[artifact] = true;
          path.pop();
          continue;
        }
        int need = problem.need(nextNeed[artifact]++);
        if (kept[need] == NONE) {
          fault = enter(problem, recipeOf, kept, nextNeed, path, need);
          if (fault.isPresent()) {
            return fault;
          }
        } else if (!finished[need]) {
          return Optional.of("cycle through artifact " + problem.artifactName(need));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> enter(
      ChoiceProblem problem,
      int[] recipeOf,
      int[] kept,
      int[] nextNeed,
      IntList path,
      int artifact) {
    int recipe = recipeOf[artifact];
    if (recipe < problem.firstRecipe(artifact) || recipe >= problem.endRecipe(artifact)) {
      return Optional.of("no recipe of its own for artifact " + problem.artifactName(artifact));
    }
    if (problem.cost(recipe) == Double.POSITIVE_INFINITY) {
      return Optional.of("recipe " + problem.recipeName(recipe) + " cannot be used");
    }
    kept[artifact] = recipe;
    nextNeed[artifact] = problem.firstNeed(recipe);
    path.add(artifact);
    return Optional.empty();
  }

  /** Neumaier's compensated sum, so that the order of the artifacts does not show in the cost. */
  private static double sum(ChoiceProblem problem, int[] recipeOf) {
    double sum = 0;
    double lost = 0;
    for (int recipe : recipeOf) {
      if (recipe != NONE) {
        double cost = problem.cost(recipe);
        double next = sum + cost;
        lost += Math.abs(sum) >= cost ? (sum - next) + cost : (cost - next) + sum;
        sum = next;
      }
    }
    return sum + lost;
  }
}

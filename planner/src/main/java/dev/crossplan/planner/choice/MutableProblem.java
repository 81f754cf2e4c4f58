package dev.crossplan.planner.choice;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ChoiceProblem} that {@link Reduction}s shrink step by step, and the way back: {@link
 * #lift} turns an answer to what is left into one to the whole.
 *
 * <p>Artifacts keep their numbers. An artifact is <em>alive</em> while it is still to be decided.
 * Each live recipe has an origin: the choices of the whole problem that it stands for, a single one
 * at first, a pair of origins after one recipe was folded into another. An artifact that is decided
 * has a default, the origin to use wherever it is needed.
 *
 * <p>Invariants: needs of a live recipe are live artifacts, ascending, each once, never the
 * artifact that it makes; its cost is finite.
 */
final class MutableProblem {
  private final ChoiceProblem whole;
  private final boolean[] alive;
  private final boolean[] root;
  private final int[][] recipesOf;
  private final int[] recipeCountOf;
  private final int[] defaultOrigin;
  private int[] makes;
  private int[][] needs;
  private double[] costs;
  private boolean[] recipeAlive;
  private int[] origin;
  private int recipeEnd;

  // Origins below the number of recipes of the whole are these recipes; above, pairs.
  private final IntList pairs = new IntList();
  private double fixedCost;
  private boolean impossible;
  private @Nullable Landmarks landmarks;

  MutableProblem(ChoiceProblem whole) {
    this.whole = whole;
    int artifacts = whole.artifactCount();
    recipeEnd = whole.recipeCount();
    alive = new boolean[artifacts];
    Arrays.fill(alive, true);
    root = new boolean[artifacts];
    for (int artifact : whole.roots()) {
      root[artifact] = true;
    }
    recipesOf = new int[artifacts][];
    recipeCountOf = new int[artifacts];
    defaultOrigin = new int[artifacts];
    Arrays.fill(defaultOrigin, Selection.NONE);
    makes = new int[recipeEnd];
    needs = new int[recipeEnd][];
    costs = new double[recipeEnd];
    recipeAlive = new boolean[recipeEnd];
    origin = new int[recipeEnd];
    for (int artifact = 0; artifact < artifacts; artifact++) {
      int first = whole.firstRecipe(artifact);
      int[] recipes = new int[whole.endRecipe(artifact) - first];
      int count = 0;
      for (int recipe = first; recipe < whole.endRecipe(artifact); recipe++) {
        int[] needed = new int[whole.endNeed(recipe) - whole.firstNeed(recipe)];
        for (int i = 0; i < needed.length; i++) {
          needed[i] = whole.need(whole.firstNeed(recipe) + i);
        }
        makes[recipe] = artifact;
        needs[recipe] = needed;
        costs[recipe] = whole.cost(recipe);
        origin[recipe] = recipe;
        if (costs[recipe] < Double.POSITIVE_INFINITY && Arrays.binarySearch(needed, artifact) < 0) {
          recipeAlive[recipe] = true;
          recipes[count++] = recipe;
        }
      }
      recipesOf[artifact] = recipes;
      recipeCountOf[artifact] = count;
    }
  }

  int artifactCount() {
    return alive.length;
  }

  boolean isAlive(int artifact) {
    return alive[artifact];
  }

  boolean isRoot(int artifact) {
    return root[artifact];
  }

  void makeRoot(int artifact) {
    root[artifact] = true;
  }

  int recipeCount(int artifact) {
    return recipeCountOf[artifact];
  }

  /** The {@code index}-th live recipe of {@code artifact}. */
  int recipe(int artifact, int index) {
    return recipesOf[artifact][index];
  }

  boolean isRecipeAlive(int recipe) {
    return recipeAlive[recipe];
  }

  /** One past the highest recipe number handed out so far. */
  int recipeEnd() {
    return recipeEnd;
  }

  int makes(int recipe) {
    return makes[recipe];
  }

  /** Ascending; not to be changed by the caller. */
  int[] needs(int recipe) {
    return needs[recipe];
  }

  double cost(int recipe) {
    return costs[recipe];
  }

  /** What every selection pays besides the live recipes. */
  double fixedCost() {
    return fixedCost;
  }

  /** Whether a root turned out to have no recipe. */
  boolean isImpossible() {
    return impossible;
  }

  /** Says that a root cannot be made. */
  void giveUp() {
    impossible = true;
  }

  /** Kept until something else than the removal of recipes changes the problem. */
  Landmarks landmarks() {
    if (landmarks == null) {
      landmarks = new Landmarks(this);
    }
    return landmarks;
  }

  int liveRecipes() {
    int count = 0;
    for (int artifact = 0; artifact < alive.length; artifact++) {
      count += alive[artifact] ? recipeCountOf[artifact] : 0;
    }
    return count;
  }

  void removeRecipe(int recipe) {
    int artifact = makes[recipe];
    recipeAlive[recipe] = false;
    int[] recipes = recipesOf[artifact];
    int kept = 0;
    for (int i = 0; i < recipeCountOf[artifact]; i++) {
      if (recipes[i] != recipe) {
        recipes[kept++] = recipes[i];
      }
    }
    recipeCountOf[artifact] = kept;
    if (kept == 0 && root[artifact]) {
      impossible = true;
    }
  }

  /** Drops {@code artifact} and its recipes; the caller sees to it that no live recipe needs it. */
  void removeArtifact(int artifact) {
    landmarks = null;
    alive[artifact] = false;
    for (int i = 0; i < recipeCountOf[artifact]; i++) {
      recipeAlive[recipesOf[artifact][i]] = false;
    }
    recipeCountOf[artifact] = 0;
  }

  /** Drops {@code artifact}; wherever it is needed in the end, {@code recipe} makes it. */
  void decide(int artifact, int recipe) {
    defaultOrigin[artifact] = origin[recipe];
    removeArtifact(artifact);
  }

  /** Moves the cost of the only recipe of a root to the fixed cost. */
  void payNow(int recipe) {
    fixedCost += costs[recipe];
    costs[recipe] = 0;
  }

  /** Changes what {@code recipe} needs; removes it where that is the artifact it makes. */
  void replaceNeeds(int recipe, int[] newNeeds) {
    landmarks = null;
    needs[recipe] = newNeeds;
    if (Arrays.binarySearch(newNeeds, makes[recipe]) >= 0) {
      removeRecipe(recipe);
    }
  }

  /**
   * Adds a recipe that stands for {@code recipe} and {@code folded} together.
   *
   * @return its number, {@link Selection#NONE} if it needs the artifact it makes and was left out
   */
  int addFolded(int recipe, int folded, int[] newNeeds) {
    int artifact = makes[recipe];
    if (Arrays.binarySearch(newNeeds, artifact) >= 0) {
      return Selection.NONE;
    }
    if (recipeEnd == makes.length) {
      int capacity = recipeEnd + recipeEnd / 2 + 8;
      makes = Arrays.copyOf(makes, capacity);
      needs = Arrays.copyOf(needs, capacity);
      costs = Arrays.copyOf(costs, capacity);
      recipeAlive = Arrays.copyOf(recipeAlive, capacity);
      origin = Arrays.copyOf(origin, capacity);
    }
    landmarks = null;
    int added = recipeEnd++;
    makes[added] = artifact;
    needs[added] = newNeeds;
    costs[added] = costs[recipe] + costs[folded];
    recipeAlive[added] = true;
    origin[added] = pair(origin[recipe], origin[folded]);
    if (recipeCountOf[artifact] == recipesOf[artifact].length) {
      recipesOf[artifact] = Arrays.copyOf(recipesOf[artifact], 2 * recipesOf[artifact].length + 2);
    }
    recipesOf[artifact][recipeCountOf[artifact]++] = added;
    return added;
  }

  private int pair(int left, int right) {
    pairs.add(left);
    pairs.add(right);
    return whole.recipeCount() + pairs.size() / 2 - 1;
  }

  /** For each artifact the live recipes that need it. */
  int[][] consumers() {
    int[] count = new int[alive.length];
    forEachLiveRecipe(
        recipe -> {
          for (int need : needs[recipe]) {
            count[need]++;
          }
        });
    int[][] consumers = new int[alive.length][];
    for (int artifact = 0; artifact < alive.length; artifact++) {
      consumers[artifact] = new int[count[artifact]];
    }
    Arrays.fill(count, 0);
    forEachLiveRecipe(
        recipe -> {
          for (int need : needs[recipe]) {
            consumers[need][count[need]++] = recipe;
          }
        });
    return consumers;
  }

  /** Takes a recipe number. */
  @FunctionalInterface
  interface RecipeVisitor {
    void visit(int recipe);
  }

  void forEachLiveRecipe(RecipeVisitor visitor) {
    for (int artifact = 0; artifact < alive.length; artifact++) {
      for (int i = 0; i < recipeCountOf[artifact]; i++) {
        visitor.visit(recipesOf[artifact][i]);
      }
    }
  }

  /** The artifacts that the live recipes of {@code artifact} need, with repetitions. */
  Graph graph() {
    return new Graph() {
      @Override
      public int size() {
        return alive.length;
      }

      @Override
      public int[] successors(int artifact) {
        IntList successors = new IntList();
        for (int i = 0; i < recipeCountOf[artifact]; i++) {
          for (int need : needs[recipesOf[artifact][i]]) {
            successors.add(need);
          }
        }
        return successors.toArray();
      }
    };
  }

  /**
   * The answer to the whole problem.
   *
   * @param chosen live recipes, one for each live artifact that is needed
   */
  Selection lift(int[] chosen) {
    int[] recipeOf = new int[alive.length];
    Arrays.fill(recipeOf, Selection.NONE);
    IntList open = new IntList();
    for (int origins : defaultOrigin) {
      if (origins != Selection.NONE) {
        open.add(origins);
      }
    }
    for (int recipe : chosen) {
      open.add(origin[recipe]);
    }
    while (!open.isEmpty()) {
      int next = open.pop();
      if (next < whole.recipeCount()) {
        recipeOf[whole.artifactOf(next)] = next;
      } else {
        int pair = 2 * (next - whole.recipeCount());
        open.add(pairs.get(pair));
        open.add(pairs.get(pair + 1));
      }
    }
    return Selection.of(whole, recipeOf);
  }
}

package dev.crossplan.planner.choice;

import java.util.Arrays;

/**
 * Makes artifacts in the order of a price, cheapest first: Knuth's generalisation of Dijkstra's
 * algorithm. Each artifact gets the recipe that was first to be complete, so what comes out never
 * has a cycle, whatever the weights. Linear in the problem but for the heap; may be run again and
 * again with other weights.
 */
final class Derivation {
  /** Prices stop growing here, so that a sum stays comparable where a tree is exponentially big. */
  private static final double PRICE_LIMIT = 1e280;

  private final ChoiceProblem problem;
  private final int[] firstUse;
  private final int[] uses;
  private final int[] missing;
  private final double[] partial;
  private final double[] price;
  private final int[] recipeOf;
  private final boolean[] made;

  // A binary heap of artifacts by price, then by number.
  private final int[] heap;
  private final int[] place;
  private int heapSize;

  Derivation(ChoiceProblem problem) {
    this.problem = problem;
    int artifacts = problem.artifactCount();
    firstUse = new int[artifacts + 1];
    for (int i = 0; i < problem.needCount(); i++) {
      firstUse[problem.need(i) + 1]++;
    }
    for (int artifact = 0; artifact < artifacts; artifact++) {
      firstUse[artifact + 1] += firstUse[artifact];
    }
    uses = new int[problem.needCount()];
    int[] next = Arrays.copyOf(firstUse, artifacts);
    for (int recipe = 0; recipe < problem.recipeCount(); recipe++) {
      for (int i = problem.firstNeed(recipe); i < problem.endNeed(recipe); i++) {
        uses[next[problem.need(i)]++] = recipe;
      }
    }
    missing = new int[problem.recipeCount()];
    partial = new double[problem.recipeCount()];
    price = new double[artifacts];
    recipeOf = new int[artifacts];
    made = new boolean[artifacts];
    heap = new int[artifacts];
    place = new int[artifacts];
  }

  /** The recipes that need {@code artifact} are {@link #use} of the positions from here on. */
  int firstUse(int artifact) {
    return firstUse[artifact];
  }

  int endUse(int artifact) {
    return firstUse[artifact + 1];
  }

  int use(int position) {
    return uses[position];
  }

  /**
   * Makes everything that can be made.
   *
   * @param weight for each recipe what it adds itself; infinite where it must not be used
   * @param share for each artifact by how much its price counts where it is needed, 0 to 1
   * @return for each artifact its recipe, {@link Selection#NONE} where it cannot be made; to be
   *     copied if it is to outlive the next run
   */
  int[] run(double[] weight, double[] share) {
    int artifacts = problem.artifactCount();
    Arrays.fill(recipeOf, Selection.NONE);
    Arrays.fill(made, false);
    Arrays.fill(place, Selection.NONE);
    Arrays.fill(price, Double.POSITIVE_INFINITY);
    heapSize = 0;
    for (int recipe = 0; recipe < problem.recipeCount(); recipe++) {
      missing[recipe] = problem.endNeed(recipe) - problem.firstNeed(recipe);
      partial[recipe] = weight[recipe];
      if (missing[recipe] == 0) {
        offer(recipe);
      }
    }
    for (int count = 0; count < artifacts && heapSize > 0; count++) {
      int artifact = remove();
      made[artifact] = true;
      double counted = share[artifact] * price[artifact];
      for (int i = firstUse[artifact]; i < firstUse[artifact + 1]; i++) {
        int recipe = uses[i];
        partial[recipe] = partial[recipe] + counted;
        if (--missing[recipe] == 0) {
          offer(recipe);
        }
      }
    }
    return recipeOf;
  }

  /** What {@code artifact} came to in the last run; infinite where it cannot be made. */
  double price(int artifact) {
    return price[artifact];
  }

  private void offer(int recipe) {
    if (partial[recipe] == Double.POSITIVE_INFINITY) {
      return;
    }
    int artifact = problem.artifactOf(recipe);
    double offered = Math.min(partial[recipe], PRICE_LIMIT);
    if (!made[artifact] && offered < price[artifact]) {
      price[artifact] = offered;
      recipeOf[artifact] = recipe;
      if (place[artifact] == Selection.NONE) {
        place[artifact] = heapSize;
        heap[heapSize++] = artifact;
      }
      up(place[artifact]);
    }
  }

  private boolean isBefore(int left, int right) {
    return price[left] < price[right] || (price[left] == price[right] && left < right);
  }

  private void up(int from) {
    int at = from;
    int artifact = heap[at];
    while (at > 0) {
      int parent = (at - 1) / 2;
      if (!isBefore(artifact, heap[parent])) {
        break;
      }
      put(at, heap[parent]);
      at = parent;
    }
    put(at, artifact);
  }

  private int remove() {
    int first = heap[0];
    int last = heap[--heapSize];
    if (heapSize > 0) {
      int at = 0;
      while (2 * at + 1 < heapSize) {
        int child = 2 * at + 1;
        if (child + 1 < heapSize && isBefore(heap[child + 1], heap[child])) {
          child++;
        }
        if (!isBefore(heap[child], last)) {
          break;
        }
        put(at, heap[child]);
        at = child;
      }
      put(at, last);
    }
    return first;
  }

  private void put(int at, int artifact) {
    heap[at] = artifact;
    place[artifact] = at;
  }
}

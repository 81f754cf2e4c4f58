package dev.crossplan.planner.choice;

import java.util.Arrays;

/**
 * A lower bound and reduced costs without a linear program: Wong's dual ascent for Steiner trees
 * (Mathematical Programming 1984), carried over to recipes with several needs, where the cuts are
 * those of the LM-cut heuristic of planning (Helmert and Domshlak, ICAPS 2009).
 *
 * <p>Take a set of artifacts with a root in it. Each selection has a recipe that makes one of the
 * set and needs none of the set, or there would be a cycle: the recipes of this kind are the cut.
 * All of a cut may be made cheaper by the least cost among them if the bound grows by as much. Sets
 * are chosen such that every recipe in the cut still costs something, until recipes that cost
 * nothing any more make all roots. Cycles need no special care: the cuts are those that forbid
 * them.
 */
final class DualAscent {
  private final ChoiceProblem problem;
  private final Uses uses;
  private final double[] costs;
  private final double[] reduced;
  private double bound;
  private long steps;

  // Artifacts that recipes of reduced cost zero make.
  private final boolean[] free;
  private final int[] missing;
  private final IntList newlyFree = new IntList();

  private final MarkedSet inSet;
  private final IntList set = new IntList();
  private final IntList cut = new IntList();

  /**
   * @param costs for each recipe a whole number of units, so that all sums are exact
   */
  DualAscent(ChoiceProblem problem, Uses uses, double[] costs) {
    this.problem = problem;
    this.uses = uses;
    this.costs = costs;
    int artifacts = problem.artifactCount();
    reduced = new double[problem.recipeCount()];
    free = new boolean[artifacts];
    missing = new int[problem.recipeCount()];
    inSet = new MarkedSet(artifacts);
  }

  /**
   * Climbs as far as it can, until the bound reaches {@code enough} or the time is over. The bound
   * is a true one wherever it stops.
   *
   * @param usable for each recipe whether it may be chosen
   * @param roots what must be made
   * @param rank of two needs that would do to enlarge a set the one of higher rank is taken
   * @return false if the usable recipes cannot make the roots; then there is no bound
   */
  boolean run(boolean[] usable, int[] roots, double[] rank, double enough, Deadline deadline) {
    bound = 0;
    steps = reduced.length;
    Arrays.fill(free, false);
    for (int recipe = 0; recipe < reduced.length; recipe++) {
      missing[recipe] = problem.endNeed(recipe) - problem.firstNeed(recipe);
      reduced[recipe] = usable[recipe] ? costs[recipe] : Double.POSITIVE_INFINITY;
    }
    for (int recipe = 0; recipe < reduced.length; recipe++) {
      if (missing[recipe] == 0 && reduced[recipe] == 0) {
        makeFree(problem.artifactOf(recipe));
      }
    }
    propagate();
    int raises = 0;
    for (int root : roots) {
      while (!free[root]) {
        if (!raise(root, rank)) {
          return false;
        }
        if (bound >= enough || (++raises % 256 == 0 && deadline.isOver())) {
          return true;
        }
      }
    }
    return true;
  }

  double bound() {
    return bound;
  }

  /** How many recipes the last run has looked at. */
  long steps() {
    return steps;
  }

  /** Each selection costs at least the bound and the reduced costs of its recipes. */
  double reducedCost(int recipe) {
    return reduced[recipe];
  }

  /** Finds one cut around {@code root} and takes from its recipes what the cheapest one costs. */
  private boolean raise(int root, double[] rank) {
    inSet.clear();
    set.clear();
    cut.clear();
    inSet.add(root);
    set.add(root);
    for (int next = 0; next < set.size(); next++) {
      int artifact = set.get(next);
      steps += problem.endRecipe(artifact) - problem.firstRecipe(artifact);
      for (int r = problem.firstRecipe(artifact); r < problem.endRecipe(artifact); r++) {
        if (reduced[r] > 0) {
          if (reduced[r] < Double.POSITIVE_INFINITY) {
            cut.add(r);
          }
          continue;
        }
        int best = Selection.NONE;
        for (int i = problem.firstNeed(r); i < problem.endNeed(r); i++) {
          int need = problem.need(i);
          if (inSet.contains(need)) {
            best = Selection.NONE;
            break;
          }
          if (!free[need] && (best == Selection.NONE || rank[need] > rank[best])) {
            best = need;
          }
        }
        if (best != Selection.NONE) {
          inSet.add(best);
          set.add(best);
        }
      }
    }
    double least = Double.POSITIVE_INFINITY;
    int kept = 0;
    for (int i = 0; i < cut.size(); i++) {
      int r = cut.get(i);
      if (!needsSet(r)) {
        cut.set(kept++, r);
        least = Math.min(least, reduced[r]);
      }
    }
    if (kept == 0) {
      return false;
    }
    bound += least;
    for (int i = 0; i < kept; i++) {
      int r = cut.get(i);
      reduced[r] -= least;
      if (reduced[r] <= 0) {
        reduced[r] = 0;
        if (missing[r] == 0 && !free[problem.artifactOf(r)]) {
          makeFree(problem.artifactOf(r));
        }
      }
    }
    propagate();
    return true;
  }

  private boolean needsSet(int recipe) {
    for (int i = problem.firstNeed(recipe); i < problem.endNeed(recipe); i++) {
      if (inSet.contains(problem.need(i))) {
        return true;
      }
    }
    return false;
  }

  private void makeFree(int artifact) {
    if (!free[artifact]) {
      free[artifact] = true;
      newlyFree.add(artifact);
    }
  }

  private void propagate() {
    while (!newlyFree.isEmpty()) {
      int artifact = newlyFree.pop();
      for (int i = uses.first(artifact); i < uses.end(artifact); i++) {
        int r = uses.recipe(i);
        if (--missing[r] == 0 && reduced[r] == 0) {
          makeFree(problem.artifactOf(r));
        }
      }
    }
  }
}

package dev.crossplan.planner.choice;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Branch and bound with dual ascents, the node of the least bound first. A node either demands a
 * recipe of a required artifact or forbids it.
 */
final class BranchAndBound {
  private static final int CANDIDATES = 6;

  private final ChoiceProblem problem;
  private final Ascents ascents;
  private final boolean[] base;
  private final SplittableRandom random;
  private final boolean[] usable;
  private final boolean[] scratch;
  private final MarkedSet required;
  private final PriorityQueue<Node> open =
      new PriorityQueue<>(
          (a, b) ->
              a.bound != b.bound
                  ? Double.compare(a.bound, b.bound)
                  : Long.compare(b.number, a.number));
  private long number;

  /**
   * @param ascents of the same problem; they offer the selections met
   * @param base the recipes that may be chosen
   * @param bound a bound in units that holds for the whole
   */
  BranchAndBound(
      ChoiceProblem problem,
      Ascents ascents,
      boolean[] base,
      double bound,
      SplittableRandom random) {
    this.problem = problem;
    this.ascents = ascents;
    this.base = base;
    this.random = random;
    usable = new boolean[base.length];
    scratch = new boolean[base.length];
    required = new MarkedSet(problem.artifactCount());
    open.add(new Node(null, Selection.NONE, false, bound, 0));
  }

  /**
   * A part of the search space.
   *
   * @param recipe demanded or forbidden, besides what {@code above} says
   * @param bound in units
   */
  private record Node(
      @Nullable Node above, int recipe, boolean demanded, double bound, long number) {}

  /**
   * Searches until nothing better can be left, or as long as {@code mayGoOn}; then it can be called
   * again.
   */
  void run(BooleanSupplier mayGoOn, Deadline deadline) {
    while (!isDone() && mayGoOn.getAsBoolean() && !deadline.isOver()) {
      Node node = open.remove();
      if (!expand(node, deadline)) {
        open.add(node);
      }
    }
  }

  /** Whether nothing better can be left. */
  boolean isDone() {
    return open.isEmpty() || open.element().bound >= ascents.enough();
  }

  /** A bound in units for the whole. */
  double bound() {
    return isDone() ? ascents.enough() : open.element().bound;
  }

  /** Whether the time was enough to replace {@code node} by what follows from it. */
  private boolean expand(Node node, Deadline deadline) {
    int[] roots = enter(node, usable);
    if (roots.length == 0 && problem.roots().length > 0) {
      return true;
    }
    double found = node.bound;
    int[] cheapest = new int[0];
    for (int pass = 0; pass < 3 && found < ascents.enough(); pass++) {
      if (pass == 0) {
        ascents.rankByHighest();
      } else {
        ascents.rankAtRandom(random);
        Ascents.shuffle(roots, random);
      }
      found = Math.max(found, ascents.run(usable, roots, deadline));
      if (found < ascents.enough()) {
        cheapest = ascents.offerCheapest(pass == 0).clone();
      }
    }
    if (deadline.isOver()) {
      return false;
    }
    if (found >= ascents.enough()) {
      return true;
    }
    roots = close(roots, usable);
    int recipe = branchingRecipe(roots, cheapest, deadline);
    if (recipe == Selection.NONE) {
      offerOnlyOne(roots);
      return true;
    }
    open.add(new Node(node, recipe, false, found, ++number));
    open.add(new Node(node, recipe, true, found, ++number));
    return true;
  }

  /** Sets {@code into} to what may be chosen in {@code node}; the artifacts required there. */
  private int[] enter(Node node, boolean[] into) {
    System.arraycopy(base, 0, into, 0, base.length);
    IntList demanded = new IntList();
    for (Node at = node; at != null && at.recipe != Selection.NONE; at = at.above) {
      decide(at.recipe, at.demanded, into);
      if (at.demanded) {
        demanded.add(problem.artifactOf(at.recipe));
      }
    }
    int[] roots = problem.roots();
    int[] all = Arrays.copyOf(roots, roots.length + demanded.size());
    for (int i = 0; i < demanded.size(); i++) {
      all[roots.length + i] = demanded.get(i);
    }
    return close(all, into);
  }

  private void decide(int recipe, boolean demanded, boolean[] into) {
    if (!demanded) {
      into[recipe] = false;
      return;
    }
    int artifact = problem.artifactOf(recipe);
    for (int r = problem.firstRecipe(artifact); r < problem.endRecipe(artifact); r++) {
      into[r] &= r == recipe;
    }
  }

  /** Adds what all usable recipes of a required artifact need; none if that is impossible. */
  private int[] close(int[] roots, boolean[] allowed) {
    required.clear();
    IntList all = new IntList();
    for (int root : roots) {
      if (required.add(root)) {
        all.add(root);
      }
    }
    for (int next = 0; next < all.size(); next++) {
      int only = Selection.NONE;
      int count = 0;
      int artifact = all.get(next);
      for (int r = problem.firstRecipe(artifact); r < problem.endRecipe(artifact); r++) {
        if (allowed[r]) {
          only = r;
          count++;
        }
      }
      if (count == 0) {
        return new int[0];
      }
      if (count == 1) {
        for (int i = problem.firstNeed(only); i < problem.endNeed(only); i++) {
          if (required.add(problem.need(i))) {
            all.add(problem.need(i));
          }
        }
      }
    }
    return all.toArray();
  }

  /** Offers the selection that is left where each required artifact has one usable recipe. */
  private void offerOnlyOne(int[] roots) {
    int[] recipeOf = new int[problem.artifactCount()];
    Arrays.fill(recipeOf, Selection.NONE);
    for (int artifact : roots) {
      for (int r = problem.firstRecipe(artifact); r < problem.endRecipe(artifact); r++) {
        if (usable[r]) {
          recipeOf[artifact] = r;
        }
      }
    }
    ascents.offer(recipeOf);
  }

  /** Tries a few recipes both ways and takes the one that raises the bound most. */
  private int branchingRecipe(int[] roots, int[] cheapest, Deadline deadline) {
    int[] candidates = new int[CANDIDATES];
    double[] scores = new double[CANDIDATES];
    int count = 0;
    for (int artifact : roots) {
      int alternatives = 0;
      int candidate = cheapest[artifact];
      double spread = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int r = problem.firstRecipe(artifact); r < problem.endRecipe(artifact); r++) {
        if (usable[r]) {
          alternatives++;
          if (candidate == Selection.NONE || !usable[candidate]) {
            candidate = r;
          }
          least = Math.min(least, problem.cost(r));
          spread = Math.max(spread, problem.cost(r) + problem.endNeed(r) - problem.firstNeed(r));
        }
      }
      if (alternatives < 2) {
        continue;
      }
      double score = (spread - least + 1) / alternatives;
      int at = count < CANDIDATES ? count++ : CANDIDATES;
      while (at > 0 && scores[at - 1] < score) {
        if (at < CANDIDATES) {
          candidates[at] = candidates[at - 1];
          scores[at] = scores[at - 1];
        }
        at--;
      }
      if (at < CANDIDATES) {
        candidates[at] = candidate;
        scores[at] = score;
      }
    }
    if (count <= 1) {
      return count == 0 ? Selection.NONE : candidates[0];
    }
    int best = candidates[0];
    double bestScore = -1;
    ascents.rankByHighest();
    for (int i = 0; i < count && !deadline.isOver(); i++) {
      double with = boundIf(candidates[i], true, roots, deadline);
      double without = boundIf(candidates[i], false, roots, deadline);
      double score = Math.min(with, without) + 1e-3 * Math.max(with, without);
      if (score > bestScore) {
        bestScore = score;
        best = candidates[i];
      }
    }
    return best;
  }

  private double boundIf(int recipe, boolean demanded, int[] roots, Deadline deadline) {
    System.arraycopy(usable, 0, scratch, 0, scratch.length);
    decide(recipe, demanded, scratch);
    int[] closed = close(roots, scratch);
    return closed.length == 0
        ? ascents.enough()
        : Math.min(ascents.enough(), ascents.run(scratch, closed, deadline));
  }
}

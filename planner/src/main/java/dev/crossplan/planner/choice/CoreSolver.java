package dev.crossplan.planner.choice;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Solves a problem in pure Java: reductions, then dual ascents, which rule out recipes, which
 * allows further reductions, and so on; what is left after that goes to a {@link LastResort}.
 */
final class CoreSolver {
  /** Ascents in another order each, after which it is looked at whether to reduce again. */
  private static final int ASCENTS_PER_ROUND = 8;

  /** What part of the recipes must be gone for another reduction to be worth its time. */
  private static final double WORTH_REDUCING = 0.05;

  private static final double SECONDS_PER_RECIPE = 1e-6;

  private final LastResort lastResort;
  private final int rounds;
  private final Effort effort;

  /** What is done about a problem that neither reductions nor ascents make smaller. */
  interface LastResort {
    /**
     * Improves the incumbent and its bound.
     *
     * @param usable the recipes that may be chosen
     * @param bound a bound in units that holds
     * @param cutoff a selection that does not cost less is of no interest
     */
    void search(
        Incumbent incumbent,
        Ascents ascents,
        boolean[] usable,
        double bound,
        double cutoff,
        SplittableRandom random,
        Deadline deadline);
  }

  /**
   * @param rounds of ascents without a reduction in between, before the last resort
   */
  CoreSolver(LastResort lastResort, int rounds, Effort effort) {
    this.lastResort = lastResort;
    this.rounds = rounds;
    this.effort = effort;
  }

  /**
   * Finds the best selection that costs less than {@code cutoff}, and a bound: no selection that
   * costs less than the cutoff costs less than that. The selection found may cost more than the
   * cutoff, and there may be none.
   *
   * @param usable the recipes that may be chosen
   */
  void solve(
      Incumbent incumbent,
      boolean[] usable,
      double cutoff,
      SplittableRandom random,
      Deadline deadline) {
    ChoiceProblem problem = incumbent.problem();
    MutableProblem reduced = new MutableProblem(problem);
    for (int r = 0; r < usable.length; r++) {
      if (!usable[r] && reduced.isRecipeAlive(r)) {
        reduced.removeRecipe(r);
      }
    }
    effort.add(20L * (problem.needCount() + problem.recipeCount()));
    // A single step of a big problem takes long and looks at no clock.
    Reductions.applyAll(reduced, deadline.before(SECONDS_PER_RECIPE * problem.recipeCount()));
    double target = Math.min(cutoff, incumbent.cost());
    if (reduced.isImpossible()) {
      incumbent.offerBound(target);
      return;
    }
    List<Core> cores = Core.of(reduced, problem);
    double bound = reduced.fixedCost();
    double sizeLeft = 0;
    for (Core core : cores) {
      sizeLeft += core.problem().recipeCount();
    }
    IntList chosen = new IntList();
    boolean complete = true;
    for (Core core : cores) {
      Incumbent part = new Incumbent(core.problem());
      double size = core.problem().recipeCount();
      double seconds = Math.max(0, deadline.secondsLeft()) * size / sizeLeft;
      solveCore(part, target - bound, random, deadline.atMost(seconds));
      sizeLeft -= size;
      bound += part.bound();
      if (part.cost() == Double.POSITIVE_INFINITY) {
        complete = false;
      } else if (complete) {
        for (int recipe : part.best().toArray()) {
          if (recipe != Selection.NONE) {
            chosen.add(core.liveRecipe(recipe));
          }
        }
      }
    }
    if (complete) {
      incumbent.offer(reduced.lift(chosen.toArray()));
    }
    incumbent.offerBound(Math.min(bound, target));
  }

  private void solveCore(
      Incumbent incumbent, double cutoff, SplittableRandom random, Deadline deadline) {
    ChoiceProblem problem = incumbent.problem();
    Uses uses = new Uses(problem);
    Heuristics.run(incumbent, uses, deadline, random);
    if (incumbent.cost() == Double.POSITIVE_INFINITY) {
      incumbent.offerBound(cutoff);
      return;
    }
    Ascents ascents = new Ascents(incumbent, uses, cutoff, effort);
    boolean[] usable = new boolean[problem.recipeCount()];
    Arrays.fill(usable, true);
    double unit = incumbent.scale().unit();
    int[] roots = problem.roots();
    ascents.rankByHighest();
    double best = ascents.highestRoot();
    for (int round = 0; round < rounds && !deadline.isOver(); round++) {
      for (int i = 0; i < ASCENTS_PER_ROUND && !deadline.isOver(); i++) {
        if (i > 0 || round > 0) {
          ascents.rankAtRandom(random);
          Ascents.shuffle(roots, random);
        }
        best = Math.max(best, ascents.run(usable, roots, deadline));
        if (best >= ascents.enough()) {
          break;
        }
        ascents.offerCheapest(true);
      }
      incumbent.offerBound(Math.min(best, ascents.enough()) * unit);
      if (best >= ascents.enough()) {
        return;
      }
      int left = 0;
      for (boolean each : usable) {
        left += each ? 1 : 0;
      }
      if (left <= (1 - WORTH_REDUCING) * usable.length) {
        solve(incumbent, usable, cutoff, random, deadline);
        return;
      }
    }
    incumbent.offerBound(best * unit);
    if (!deadline.isOver()) {
      lastResort.search(incumbent, ascents, usable, best, cutoff, random, deadline);
    }
  }
}

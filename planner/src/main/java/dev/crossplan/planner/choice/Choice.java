package dev.crossplan.planner.choice;

import dev.crossplan.planner.choice.ChoiceResult.Solved;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Solves choice problems. */
public final class Choice {
  private static final int ASCENT_ROUNDS = 4;

  private Choice() {}

  /** Like {@link #solve(ChoiceProblem, ChoiceOptions, List)} without known selections. */
  public static ChoiceResult solve(ChoiceProblem problem, ChoiceOptions options) {
    return solve(problem, options, List.of());
  }

  /**
   * Finds the cheapest selection, or the best one and a bound when the time is over.
   *
   * @param known selections of {@code problem}, such as pure strategies: the answer is never worse
   * @throws IllegalArgumentException if a known selection is of another problem
   */
  public static ChoiceResult solve(
      ChoiceProblem problem, ChoiceOptions options, List<Selection> known) {
    Deadline deadline = Deadline.in(options.timeLimit());
    Selection best = null;
    for (Selection selection : known) {
      if (selection.problem() != problem) {
        throw new IllegalArgumentException("a known selection is of another problem");
      }
      best = cheaper(best, selection);
    }
    boolean[] derivable = Derivability.of(problem);
    for (int root : problem.roots()) {
      if (!derivable[root]) {
        return Infeasibility.explain(problem, derivable);
      }
    }
    Incumbent incumbent = new Incumbent(problem);
    if (best != null) {
      incumbent.offer(best);
    }
    startWithGreedy(incumbent);
    if (!incumbent.isOptimal() && !deadline.isOver()) {
      boolean[] usable = new boolean[problem.recipeCount()];
      Arrays.fill(usable, true);
      Effort effort = new Effort();
      SplittableRandom random = new SplittableRandom(options.seed());
      new CoreSolver(new HardSearch(options.nativeSolvers(), effort), ASCENT_ROUNDS, effort)
          .solve(incumbent, usable, Double.POSITIVE_INFINITY, random, deadline);
    }
    return new Solved(incumbent.best(), incumbent.bound(), incumbent.isOptimal());
  }

  /**
   * Finds a selection of which the longest path of recipes that need one another costs least. Its
   * bound is what that path costs, and no selection's longest path costs less.
   */
  public static ChoiceResult shortestPath(ChoiceProblem problem) {
    boolean[] derivable = Derivability.of(problem);
    for (int root : problem.roots()) {
      if (!derivable[root]) {
        return Infeasibility.explain(problem, derivable);
      }
    }
    CheapestDerivations cheapest = new CheapestDerivations(problem, new Uses(problem));
    Incumbent incumbent = new Incumbent(problem);
    incumbent.offer(cheapest.runByHighest(problem.costs()));
    double longest = 0;
    for (int root : problem.roots()) {
      longest = Math.max(longest, cheapest.price(root));
    }
    double bound = Math.min(longest, incumbent.cost());
    return new Solved(incumbent.best(), bound, bound >= incumbent.cost());
  }

  /** A selection and a bound for any size and any time limit: linear but for a queue. */
  private static void startWithGreedy(Incumbent incumbent) {
    ChoiceProblem problem = incumbent.problem();
    CheapestDerivations cheapest = new CheapestDerivations(problem, new Uses(problem));
    double[] share = new double[problem.artifactCount()];
    Arrays.fill(share, 1);
    double[] costs = problem.costs();
    incumbent.offer(cheapest.run(costs, share));
    for (int r = 0; r < costs.length; r++) {
      costs[r] = incumbent.scale().units(costs[r]);
    }
    incumbent.offer(cheapest.runByHighest(costs));
    double highest = 0;
    for (int root : problem.roots()) {
      highest = Math.max(highest, cheapest.price(root));
    }
    incumbent.offerBound(highest * incumbent.scale().unit());
  }

  private static Selection cheaper(@Nullable Selection first, @Nullable Selection second) {
    if (first == null || second == null) {
      Selection only = first == null ? second : first;
      if (only == null) {
        throw new IllegalArgumentException("no selection");
      }
      return only;
    }
    return second.cost() < first.cost() ? second : first;
  }
}

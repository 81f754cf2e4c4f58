package dev.crossplan.planner.choice;

import dev.crossplan.planner.choice.ChoiceResult.Solved;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Solves choice problems. */
public final class Choice {
  /**
   * How far the bound of a search that was cut short is put below what was computed, as a part of
   * it: far more than the rounding errors of the sums.
   */
  private static final double ROUNDING = 1e-11;

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
        return Explainer.explain(problem, derivable);
      }
    }
    MutableProblem reduced = new MutableProblem(problem);
    Reductions.applyAll(reduced, deadline);
    List<Core> cores = Core.of(reduced, problem);
    List<Incumbent> incumbents = new ArrayList<>();
    for (Core core : cores) {
      Incumbent incumbent = new Incumbent(core.problem());
      Heuristics.run(incumbent, deadline, options.seed());
      incumbents.add(incumbent);
    }
    for (Incumbent incumbent : incumbents) {
      if (!incumbent.isOptimal() && options.nativeSolvers() && OrTools.load()) {
        ConstraintSearch.run(incumbent, deadline, options.seed(), 2);
      }
    }
    return combine(problem, reduced, cores, incumbents, best);
  }

  private static ChoiceResult combine(
      ChoiceProblem problem,
      MutableProblem reduced,
      List<Core> cores,
      List<Incumbent> incumbents,
      @Nullable Selection known) {
    boolean optimal = true;
    double bound = reduced.fixedCost();
    IntList chosen = new IntList();
    for (int i = 0; i < cores.size(); i++) {
      Incumbent incumbent = incumbents.get(i);
      optimal &= incumbent.isOptimal();
      bound += incumbent.bound();
      for (int recipe : incumbent.best().toArray()) {
        if (recipe != Selection.NONE) {
          chosen.add(cores.get(i).liveRecipe(recipe));
        }
      }
    }
    Selection found = reduced.lift(chosen.toArray());
    Selection best = optimal ? found : cheaper(found, known);
    double cost = best.cost();
    if (optimal || CostScale.of(problem).roundUp(bound) >= cost * (1 - 1e-9)) {
      return new Solved(best, cost, true);
    }
    CostScale scale = CostScale.of(problem);
    double below = scale.exact() ? scale.roundUp(bound) : bound * (1 - ROUNDING);
    return new Solved(best, Math.min(cost, below), false);
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

  static double[] costs(ChoiceProblem problem) {
    double[] costs = new double[problem.recipeCount()];
    Arrays.setAll(costs, problem::cost);
    return costs;
  }
}

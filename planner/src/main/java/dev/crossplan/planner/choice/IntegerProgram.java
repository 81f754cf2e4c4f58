package dev.crossplan.planner.choice;

import com.google.ortools.modelbuilder.LinearExpr;
import com.google.ortools.modelbuilder.LinearExprBuilder;
import com.google.ortools.modelbuilder.ModelBuilder;
import com.google.ortools.modelbuilder.ModelSolver;
import com.google.ortools.modelbuilder.SolveStatus;
import com.google.ortools.modelbuilder.Variable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A choice problem as a mixed integer program for the solvers of OR-Tools. {@link
 * dev.crossplan.planner.OrTools#load} must have succeeded.
 *
 * <p>A variable for each recipe and one for each artifact. Recipes of an artifact that need the
 * same artifact share one constraint, which makes the relaxation much tighter than one for each
 * recipe. Within a strongly connected component artifacts have potentials that fall along chosen
 * recipes.
 */
final class IntegerProgram {
  /** What the solvers call equal, with room to spare, as a part of the value. */
  private static final double TOLERANCE = 1e-6;

  private final Incumbent incumbent;
  private final ChoiceProblem problem;
  private final boolean[] usable;
  private final double unit;
  private final ModelBuilder model = new ModelBuilder();
  private final Variable[] recipe;
  private final Variable[] artifact;

  /**
   * @param usable the recipes that may be chosen
   * @param relaxed whether recipes may be chosen in part
   */
  IntegerProgram(Incumbent incumbent, boolean[] usable, boolean relaxed) {
    this.incumbent = incumbent;
    this.problem = incumbent.problem();
    this.usable = usable;
    unit = incumbent.scale().exact() ? incumbent.scale().unit() : 1;
    recipe = new Variable[problem.recipeCount()];
    artifact = new Variable[problem.artifactCount()];
    LinearExprBuilder cost = LinearExpr.newBuilder();
    for (int r = 0; r < recipe.length; r++) {
      recipe[r] = model.newVar(0, usable[r] ? 1 : 0, !relaxed, "");
      cost.addTerm(recipe[r], problem.cost(r) / unit);
      if (!relaxed) {
        model.getHelper().addHint(recipe[r].getIndex(), isChosen(r) ? 1 : 0);
      }
    }
    model.minimize(cost);
    for (int a = 0; a < artifact.length; a++) {
      artifact[a] = model.newNumVar(0, 1, "");
      LinearExprBuilder made = LinearExpr.newBuilder().addTerm(artifact[a], -1);
      for (int r = problem.firstRecipe(a); r < problem.endRecipe(a); r++) {
        made.add(recipe[r]);
      }
      model.addEquality(made, 0);
    }
    for (int root : problem.roots()) {
      model.getHelper().setVarLowerBound(artifact[root].getIndex(), 1);
    }
    addNeeds();
  }

  private boolean isChosen(int r) {
    return incumbent.best().recipeOf(problem.artifactOf(r)) == r;
  }

  private void addNeeds() {
    Components components = new Components(problem.graph());
    Variable[] potential = new Variable[artifact.length];
    for (int a = 0; a < artifact.length; a++) {
      if (components.sizeAround(a) > 1) {
        potential[a] = model.newNumVar(0, components.sizeAround(a) - 1.0, "");
      }
    }
    for (int a = 0; a < artifact.length; a++) {
      Map<Integer, List<Variable>> users = new TreeMap<>();
      for (int r = problem.firstRecipe(a); r < problem.endRecipe(a); r++) {
        for (int i = problem.firstNeed(r); usable[r] && i < problem.endNeed(r); i++) {
          users.computeIfAbsent(problem.need(i), need -> new ArrayList<>()).add(recipe[r]);
        }
      }
      for (Map.Entry<Integer, List<Variable>> each : users.entrySet()) {
        int need = each.getKey();
        LinearExprBuilder used = LinearExpr.newBuilder().addTerm(artifact[need], -1);
        each.getValue().forEach(used::add);
        model.addLessOrEqual(used, 0);
        if (components.componentOf(need) == components.componentOf(a)) {
          double size = components.sizeAround(a);
          LinearExprBuilder fall =
              LinearExpr.newBuilder().addTerm(potential[a], 1).addTerm(potential[need], -1);
          each.getValue().forEach(chosen -> fall.addTerm(chosen, -size));
          model.addGreaterOrEqual(fall, 1 - size);
        }
      }
    }
  }

  /** The value of the linear relaxation, 0 where it is not found in time. */
  double relaxation(Deadline deadline) {
    ModelSolver solver = new ModelSolver("glop");
    solver.setTimeLimit(left(deadline));
    return solver.solve(model) == SolveStatus.OPTIMAL
        ? below(solver.getObjectiveValue()) * unit
        : 0;
  }

  /**
   * Solves it with SCIP and offers what it finds to the incumbent.
   *
   * @return whether SCIP says that it has found the optimum
   */
  boolean solve(Deadline deadline) {
    ModelSolver solver = new ModelSolver("scip");
    solver.setTimeLimit(left(deadline));
    SolveStatus status = solver.solve(model);
    if (status != SolveStatus.OPTIMAL && status != SolveStatus.FEASIBLE) {
      return false;
    }
    int[] recipeOf = new int[artifact.length];
    Arrays.fill(recipeOf, Selection.NONE);
    for (int r = 0; r < recipe.length; r++) {
      if (solver.getValue(recipe[r]) > 0.5) {
        recipeOf[problem.artifactOf(r)] = r;
      }
    }
    incumbent.offer(recipeOf);
    incumbent.offerBound(Math.min(below(solver.getBestObjectiveBound()) * unit, incumbent.cost()));
    return status == SolveStatus.OPTIMAL;
  }

  private static double below(double value) {
    return value - TOLERANCE * Math.max(1, Math.abs(value));
  }

  private static Duration left(Deadline deadline) {
    return Duration.ofMillis((long) Math.max(1, 1000 * deadline.secondsLeft()));
  }
}

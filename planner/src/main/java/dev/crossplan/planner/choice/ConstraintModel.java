package dev.crossplan.planner.choice;

import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.IntVar;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import com.google.ortools.sat.Literal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A choice problem as a model of CP-SAT.
 *
 * <p>One literal for each recipe and for each artifact; what several recipes of an artifact have in
 * common is said once for all of them, which makes the linear relaxation much tighter than a
 * constraint for each recipe. Against cycles each artifact in a strongly connected component has a
 * level, and a chosen recipe is above what it needs.
 */
final class ConstraintModel {
  private final ChoiceProblem problem;
  private final CpModel model = new CpModel();
  private final BoolVar[] recipe;
  private final Literal[] artifact;

  ConstraintModel(ChoiceProblem problem, CostScale scale) {
    this.problem = problem;
    recipe = new BoolVar[problem.recipeCount()];
    artifact = new Literal[problem.artifactCount()];
    boolean[] root = new boolean[problem.artifactCount()];
    for (int each : problem.roots()) {
      root[each] = true;
    }
    LinearExprBuilder cost = LinearExpr.newBuilder();
    for (int r = 0; r < recipe.length; r++) {
      recipe[r] = model.newBoolVar("");
      cost.addTerm(recipe[r], (long) scale.units(problem.cost(r)));
    }
    model.minimize(cost);
    for (int a = 0; a < artifact.length; a++) {
      List<Literal> alternatives = recipesOf(a);
      if (root[a]) {
        artifact[a] = model.trueLiteral();
        model.addExactlyOne(alternatives);
      } else if (alternatives.size() == 1) {
        artifact[a] = alternatives.get(0);
      } else {
        artifact[a] = model.newBoolVar("");
        alternatives.add(artifact[a].not());
        model.addExactlyOne(alternatives);
      }
    }
    Components components = new Components(graph(problem));
    for (int a = 0; a < artifact.length; a++) {
      addNeeds(a, root[a]);
    }
    addLevels(components);
  }

  static Graph graph(ChoiceProblem problem) {
    return new Graph() {
      @Override
      public int size() {
        return problem.artifactCount();
      }

      @Override
      public int[] successors(int node) {
        int first = problem.firstNeed(problem.firstRecipe(node));
        int end =
            problem.endRecipe(node) == problem.firstRecipe(node)
                ? first
                : problem.endNeed(problem.endRecipe(node) - 1);
        int[] successors = new int[end - first];
        for (int i = first; i < end; i++) {
          successors[i - first] = problem.need(i);
        }
        return successors;
      }
    };
  }

  CpModel model() {
    return model;
  }

  BoolVar recipe(int number) {
    return recipe[number];
  }

  private List<Literal> recipesOf(int a) {
    List<Literal> recipes = new ArrayList<>();
    for (int r = problem.firstRecipe(a); r < problem.endRecipe(a); r++) {
      recipes.add(recipe[r]);
    }
    return recipes;
  }

  private void addNeeds(int a, boolean isRoot) {
    Map<Integer, List<Literal>> users = new TreeMap<>();
    for (int r = problem.firstRecipe(a); r < problem.endRecipe(a); r++) {
      for (int i = problem.firstNeed(r); i < problem.endNeed(r); i++) {
        users.computeIfAbsent(problem.need(i), need -> new ArrayList<>()).add(recipe[r]);
      }
    }
    int all = problem.endRecipe(a) - problem.firstRecipe(a);
    users.forEach(
        (need, recipes) -> {
          if (recipes.size() == all && !isRoot) {
            model.addImplication(artifact[a], artifact[need]);
          } else if (recipes.size() == 1) {
            model.addImplication(recipes.get(0), artifact[need]);
          } else {
            recipes.add(artifact[need].not());
            model.addAtMostOne(recipes);
          }
        });
  }

  private void addLevels(Components components) {
    IntVar[] level = new IntVar[artifact.length];
    for (int a = 0; a < artifact.length; a++) {
      if (components.sizeAround(a) > 1) {
        level[a] = model.newIntVar(0, components.sizeAround(a) - 1, "");
      }
    }
    for (int r = 0; r < recipe.length; r++) {
      int made = problem.artifactOf(r);
      for (int i = problem.firstNeed(r); i < problem.endNeed(r); i++) {
        int need = problem.need(i);
        if (components.componentOf(need) == components.componentOf(made)) {
          model
              .addGreaterOrEqual(
                  LinearExpr.newBuilder().add(level[made]).addTerm(level[need], -1), 1)
              .onlyEnforceIf(recipe[r]);
        }
      }
    }
  }
}

package dev.crossplan.planner.choice;

import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.CpSolverSolutionCallback;
import com.google.ortools.sat.CpSolverStatus;
import java.util.Arrays;

/** CP-SAT on the whole problem, from the best selection so far. */
final class ConstraintSearch {
  private ConstraintSearch() {}

  static void run(Incumbent incumbent, Deadline deadline, long seed, int workers) {
    ChoiceProblem problem = incumbent.problem();
    ConstraintModel model = new ConstraintModel(problem, incumbent.scale());
    int[] start = incumbent.best().toArray();
    for (int artifact = 0; artifact < problem.artifactCount(); artifact++) {
      for (int r = problem.firstRecipe(artifact); r < problem.endRecipe(artifact); r++) {
        model.model().addHint(model.recipe(r), start[artifact] == r);
      }
    }
    double seconds = deadline.secondsLeft();
    if (seconds <= 0) {
      return;
    }
    CpSolver solver = new CpSolver();
    solver.getParameters().setNumWorkers(workers).setMaxTimeInSeconds(seconds);
    solver.getParameters().setRandomSeed((int) seed);
    CpSolverStatus status =
        solver.solve(
            model.model(),
            new CpSolverSolutionCallback() {
              @Override
              public void onSolutionCallback() {
                int[] recipeOf = new int[problem.artifactCount()];
                Arrays.fill(recipeOf, Selection.NONE);
                for (int r = 0; r < problem.recipeCount(); r++) {
                  if (booleanValue(model.recipe(r))) {
                    recipeOf[problem.artifactOf(r)] = r;
                  }
                }
                incumbent.offer(recipeOf);
              }
            });
    if (status == CpSolverStatus.OPTIMAL || status == CpSolverStatus.FEASIBLE) {
      incumbent.offerBound(solver.bestObjectiveBound() * incumbent.scale().unit());
    }
  }
}

package dev.crossplan.planner.choice;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Cheap answers for any size: the tree-greedy derivation, then derivations in which what was used
 * by many counts for each of them only in part, and costs are disturbed at random.
 */
final class Heuristics {
  private Heuristics() {}

  static void run(Incumbent incumbent, Deadline deadline, long seed) {
    ChoiceProblem problem = incumbent.problem();
    Derivation derivation = new Derivation(problem);
    double[] costs = Choice.costs(problem);
    double[] weight = costs.clone();
    double[] share = new double[problem.artifactCount()];
    Arrays.fill(share, 1);
    incumbent.offer(derivation.run(weight, share));
    SplittableRandom random = new SplittableRandom(seed);
    int rounds =
        (int)
            Math.max(
                3, Math.min(200, 20_000_000L / (1 + problem.needCount() + problem.recipeCount())));
    for (int round = 0; round < rounds && !deadline.isOver(); round++) {
      int[] recipeOf = incumbent.best().toArray();
      int[] users = new int[share.length];
      for (int recipe : recipeOf) {
        if (recipe != Selection.NONE) {
          for (int i = problem.firstNeed(recipe); i < problem.endNeed(recipe); i++) {
            users[problem.need(i)]++;
          }
        }
      }
      for (int artifact = 0; artifact < share.length; artifact++) {
        share[artifact] = 1.0 / Math.max(1, users[artifact]);
      }
      for (int r = 0; r < weight.length; r++) {
        weight[r] = round == 0 ? costs[r] : costs[r] * (0.8 + 0.4 * random.nextDouble());
      }
      incumbent.offer(derivation.run(weight, share));
    }
  }
}

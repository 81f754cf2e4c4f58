package dev.crossplan.planner.choice;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Cheap answers for any size: the tree-greedy derivation, then derivations in which an artifact
 * that many used last time counts for each of them only in part, and costs are disturbed at random.
 */
final class Heuristics {
  private static final long WORK_LIMIT = 6_000_000;
  private static final int MINIMUM_ROUNDS = 3;
  private static final int MAXIMUM_ROUNDS = 40;

  private Heuristics() {}

  static void run(Incumbent incumbent, Uses uses, Deadline deadline, SplittableRandom random) {
    ChoiceProblem problem = incumbent.problem();
    CheapestDerivations cheapest = new CheapestDerivations(problem, uses);
    double[] costs = problem.costs();
    double[] weight = costs.clone();
    double[] share = new double[problem.artifactCount()];
    Arrays.fill(share, 1);
    incumbent.offer(cheapest.run(weight, share));
    long work = problem.needCount() + problem.recipeCount() + 1L;
    int rounds = (int) Math.max(MINIMUM_ROUNDS, Math.min(MAXIMUM_ROUNDS, WORK_LIMIT / work));
    for (int round = 0; round < rounds && !deadline.isOver(); round++) {
      shareUsed(incumbent.best(), share);
      if (round > 0) {
        for (int r = 0; r < weight.length; r++) {
          weight[r] = costs[r] * (0.8 + 0.4 * random.nextDouble());
        }
      }
      incumbent.offer(cheapest.run(weight, share));
    }
  }

  /** Shares the price of what {@code selection} uses among those who use it there. */
  static void shareUsed(Selection selection, double[] share) {
    ChoiceProblem problem = selection.problem();
    int[] users = new int[share.length];
    for (int artifact = 0; artifact < share.length; artifact++) {
      if (selection.contains(artifact)) {
        int recipe = selection.recipeOf(artifact);
        for (int i = problem.firstNeed(recipe); i < problem.endNeed(recipe); i++) {
          users[problem.need(i)]++;
        }
      }
    }
    for (int artifact = 0; artifact < share.length; artifact++) {
      share[artifact] = 1.0 / Math.max(1, users[artifact]);
    }
  }
}

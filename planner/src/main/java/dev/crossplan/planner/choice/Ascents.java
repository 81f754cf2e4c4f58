package dev.crossplan.planner.choice;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Dual ascents of one problem, again and again in another order. Each one gives a bound, rules out
 * recipes, and gives a selection: of recipes of reduced cost zero, from which the optimum is often
 * not far.
 */
final class Ascents {
  private final Incumbent incumbent;
  private final ChoiceProblem problem;
  private final CostScale scale;
  private final double[] costs;
  private final double[] units;
  private final DualAscent ascent;
  private final CostFixing fixing;
  private final CheapestDerivations cheapest;
  private final double[] weight;
  private final double[] share;
  private final double[] rank;
  private final double cutoff;
  private final Effort effort;

  /**
   * @param cutoff a selection that does not cost less is of no interest
   */
  Ascents(Incumbent incumbent, Uses uses, double cutoff, Effort effort) {
    this.effort = effort;
    this.incumbent = incumbent;
    this.cutoff = cutoff;
    problem = incumbent.problem();
    scale = incumbent.scale();
    costs = problem.costs();
    units = new double[costs.length];
    for (int r = 0; r < costs.length; r++) {
      units[r] = scale.units(costs[r]);
    }
    ascent = new DualAscent(problem, uses, units);
    fixing = new CostFixing(problem, uses);
    cheapest = new CheapestDerivations(problem, uses);
    weight = new double[costs.length];
    share = new double[problem.artifactCount()];
    rank = new double[problem.artifactCount()];
  }

  /** Ranks of artifacts by what their dearest need costs: what LM-cut goes by. */
  void rankByHighest() {
    cheapest.runByHighest(units);
    for (int artifact = 0; artifact < rank.length; artifact++) {
      rank[artifact] = cheapest.price(artifact);
    }
  }

  /**
   * A bound in units: what the dearest root costs at least by itself, after {@link #rankByHighest}.
   */
  double highestRoot() {
    double highest = 0;
    for (int root : problem.roots()) {
      highest = Math.max(highest, rank[root]);
    }
    return highest;
  }

  void rankAtRandom(SplittableRandom random) {
    for (int artifact = 0; artifact < rank.length; artifact++) {
      rank[artifact] = random.nextDouble();
    }
  }

  static void shuffle(int[] roots, SplittableRandom random) {
    for (int i = roots.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = roots[i];
      roots[i] = roots[j];
      roots[j] = swapped;
    }
  }

  /** What the bound of an ascent must reach for nothing of interest to be left. */
  double enough() {
    return scale.unitsToReach(Math.min(cutoff, incumbent.cost()));
  }

  /**
   * One ascent. Takes from {@code usable} what it rules out.
   *
   * @return the bound in units, infinite where the usable recipes cannot make the roots
   */
  double run(boolean[] usable, int[] roots, Deadline deadline) {
    boolean possible = ascent.run(usable, roots, rank, enough(), deadline);
    effort.add(ascent.steps() + 4L * problem.needCount());
    if (!possible) {
      return Double.POSITIVE_INFINITY;
    }
    if (ascent.bound() >= enough()) {
      return ascent.bound();
    }
    fixing.fix(usable, roots, ascent, enough());
    effort.add(4L * problem.needCount());
    return ascent.bound();
  }

  /** Offers what can be made from the recipes of reduced cost zero of the last ascent. */
  int[] offerCheapest(boolean again) {
    for (int r = 0; r < weight.length; r++) {
      weight[r] = ascent.reducedCost(r) == 0 ? costs[r] : Double.POSITIVE_INFINITY;
    }
    Arrays.fill(share, 1);
    int[] found = cheapest.run(weight, share);
    incumbent.offer(found);
    if (again) {
      Selection.ofValid(problem, found)
          .ifPresent(
              selection -> {
                Heuristics.shareUsed(selection, share);
                incumbent.offer(cheapest.run(weight, share));
              });
    }
    return found;
  }

  /** Offers a choice that was found otherwise. */
  void offer(int[] recipeOf) {
    incumbent.offer(recipeOf);
  }
}

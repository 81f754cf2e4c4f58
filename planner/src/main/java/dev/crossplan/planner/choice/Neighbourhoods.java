package dev.crossplan.planner.choice;

import java.util.SplittableRandom;

/**
 * Large-neighbourhood search: again and again all of the best selection is kept but the choices in
 * a region around one artifact, and the best way to fill the region is sought, which after the
 * reductions is a small problem. Regions grow while they are solved and shrink while they are not.
 * (Shaw, CP 1998.)
 */
final class Neighbourhoods {
  private static final double SMALLEST = 10;
  private static final double FIRST_PART = 0.03;
  private static final double GROWTH = 1.05;
  private static final double SHRINKAGE = 0.8;

  /** What branch and bound may do about a region: some hundredths of a second. */
  private static final long STEPS = 500_000;

  private final Incumbent incumbent;
  private final ChoiceProblem problem;
  private final Uses uses;
  private final boolean[] usable;
  private final SplittableRandom random;
  private final Effort effort = new Effort();
  private final MarkedSet region;
  private double regionSize;
  private boolean exhausted;

  /**
   * @param incumbent with a selection to start from; improved
   * @param usable the recipes that may be chosen
   */
  Neighbourhoods(Incumbent incumbent, boolean[] usable, SplittableRandom random) {
    this.incumbent = incumbent;
    this.problem = incumbent.problem();
    this.uses = new Uses(problem);
    this.usable = usable.clone();
    this.random = random;
    region = new MarkedSet(problem.artifactCount());
    regionSize = Math.max(SMALLEST, FIRST_PART * problem.artifactCount());
  }

  Effort effort() {
    return effort;
  }

  void improveOnce(Deadline deadline) {
    Selection current = incumbent.best();
    drawRegion(current);
    boolean[] allowed = usable.clone();
    for (int artifact = 0; artifact < problem.artifactCount(); artifact++) {
      if (current.contains(artifact) && !region.contains(artifact)) {
        for (int r = problem.firstRecipe(artifact); r < problem.endRecipe(artifact); r++) {
          allowed[r] = r == current.recipeOf(artifact);
        }
      }
    }
    exhausted = true;
    Incumbent found = new Incumbent(problem);
    new CoreSolver(this::searchBriefly, 1, effort)
        .solve(found, allowed, current.cost(), random.split(), deadline);
    if (found.cost() < current.cost()) {
      incumbent.offer(found.best());
    }
    regionSize =
        exhausted
            ? Math.min(problem.artifactCount(), regionSize * GROWTH)
            : Math.max(SMALLEST, regionSize * SHRINKAGE);
  }

  private void searchBriefly(
      Incumbent part,
      Ascents ascents,
      boolean[] allowed,
      double bound,
      double cutoff,
      SplittableRandom partRandom,
      Deadline deadline) {
    BranchAndBound search = new BranchAndBound(part.problem(), ascents, allowed, bound, partRandom);
    long end = effort.steps() + STEPS;
    search.run(() -> effort.steps() < end, deadline);
    exhausted &= search.isDone();
    part.offerBound(search.bound() * part.scale().unit());
  }

  /** A part of what is chosen, near one another in the graph of all usable recipes. */
  private void drawRegion(Selection current) {
    region.clear();
    IntList chosen = new IntList();
    for (int artifact = 0; artifact < problem.artifactCount(); artifact++) {
      if (current.contains(artifact)) {
        chosen.add(artifact);
      }
    }
    IntList open = new IntList();
    int start = chosen.get(random.nextInt(chosen.size()));
    open.add(start);
    region.add(start);
    int drawn = 1;
    while (!open.isEmpty() && drawn < regionSize) {
      int at = random.nextInt(open.size());
      int artifact = open.get(at);
      open.set(at, open.get(open.size() - 1));
      open.pop();
      for (int i = uses.first(artifact); i < uses.end(artifact); i++) {
        if (usable[uses.recipe(i)]) {
          drawn += draw(problem.artifactOf(uses.recipe(i)), current, open);
        }
      }
      for (int r = problem.firstRecipe(artifact); r < problem.endRecipe(artifact); r++) {
        for (int i = problem.firstNeed(r); usable[r] && i < problem.endNeed(r); i++) {
          drawn += draw(problem.need(i), current, open);
        }
      }
    }
  }

  private int draw(int artifact, Selection current, IntList open) {
    if (!region.add(artifact)) {
      return 0;
    }
    open.add(artifact);
    return current.contains(artifact) ? 1 : 0;
  }
}

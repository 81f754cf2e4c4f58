package dev.crossplan.planner.choice;

import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Branch and bound for the bound and large-neighbourhood search for the selection, side by side on
 * two threads.
 *
 * <p>They work in rounds of equal effort and tell one another what they have found between the
 * rounds only, so that the outcome does not depend on which thread is faster.
 */
final class HardSearch implements CoreSolver.LastResort {
  private static final long ALONE_STEPS = 20_000_000;
  private static final long ROUND_STEPS = 20_000_000;

  private final Effort effort;

  HardSearch(Effort effort) {
    this.effort = effort;
  }

  @Override
  public void search(
      Incumbent incumbent,
      Ascents ascents,
      boolean[] usable,
      double bound,
      double cutoff,
      SplittableRandom random,
      Deadline deadline) {
    BranchAndBound exact =
        new BranchAndBound(incumbent.problem(), ascents, usable, bound, random.split());
    long end = effort.steps() + ALONE_STEPS;
    exact.run(() -> effort.steps() < end, deadline);
    if (!exact.isDone() && !deadline.isOver()) {
      both(incumbent, exact, usable, random, deadline);
    }
    incumbent.offerBound(exact.bound() * incumbent.scale().unit());
  }

  private void both(
      Incumbent incumbent,
      BranchAndBound exact,
      boolean[] usable,
      SplittableRandom random,
      Deadline deadline) {
    ExecutorService second =
        Executors.newSingleThreadExecutor(
            runnable -> {
              Thread thread = new Thread(runnable, "choice-neighbourhoods");
              thread.setDaemon(true);
              return thread;
            });
    try {
      Incumbent improved = new Incumbent(incumbent.problem());
      improved.offer(incumbent.best());
      Neighbourhoods neighbourhoods = new Neighbourhoods(improved, usable, random.split());
      while (!exact.isDone() && !deadline.isOver()) {
        Future<?> round = second.submit(() -> improve(neighbourhoods, deadline));
        long end = effort.steps() + ROUND_STEPS;
        exact.run(() -> effort.steps() < end, deadline);
        round.get();
        if (improved.cost() < incumbent.cost()) {
          incumbent.offer(improved.best());
        } else {
          improved.offer(incumbent.best());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the search for a better selection failed", e.getCause());
    } finally {
      second.shutdownNow();
    }
  }

  private static void improve(Neighbourhoods neighbourhoods, Deadline deadline) {
    long end = neighbourhoods.effort().steps() + ROUND_STEPS;
    while (neighbourhoods.effort().steps() < end && !deadline.isOver()) {
      neighbourhoods.improveOnce(deadline);
    }
  }
}

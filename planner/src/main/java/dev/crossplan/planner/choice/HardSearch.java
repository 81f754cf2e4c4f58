package dev.crossplan.planner.choice;

import dev.crossplan.planner.OrTools;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Branch and bound for the bound and large-neighbourhood search for the selection, side by side on
 * two threads. Where they do not come to an end soon and the relaxation of the integer program has
 * a better bound, as it has in problems that are close to set covering, SCIP takes the place of
 * branch and bound.
 *
 * <p>The two work in rounds of equal effort and tell one another what they have found between the
 * rounds only, so that an outcome which is not cut short by the time limit does not depend on which
 * thread is faster. While SCIP runs, what the neighbourhoods find meanwhile counts only if SCIP
 * does not end.
 */
final class HardSearch implements CoreSolver.LastResort {
  private static final long ALONE_STEPS = 10_000_000;
  private static final long ROUND_STEPS = 10_000_000;
  private static final int ROUNDS_BEFORE_PROGRAM = 12;

  /** Bigger programs are not worth the time that it takes to hand them over. */
  private static final int PROGRAM_NEEDS_LIMIT = 200_000;

  private final boolean nativeSolvers;
  private final Effort effort;

  HardSearch(boolean nativeSolvers, Effort effort) {
    this.nativeSolvers = nativeSolvers;
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
    runFor(ALONE_STEPS, exact, deadline);
    if (!exact.isDone() && !deadline.isOver()) {
      both(incumbent, exact, usable, cutoff, random, deadline);
    }
    incumbent.offerBound(exact.bound() * incumbent.scale().unit());
  }

  private void both(
      Incumbent incumbent,
      BranchAndBound exact,
      boolean[] usable,
      double cutoff,
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
      for (int round = 0; !exact.isDone() && !deadline.isOver(); round++) {
        if (round == ROUNDS_BEFORE_PROGRAM
            && isBetterAsProgram(incumbent, exact, usable, deadline)) {
          AtomicBoolean ended = new AtomicBoolean();
          Future<?> meanwhile =
              second.submit(() -> improve(neighbourhoods, () -> !ended.get(), deadline));
          boolean optimal = new IntegerProgram(incumbent, usable, false).solve(deadline);
          ended.set(true);
          meanwhile.get();
          if (optimal && incumbent.bound() >= Math.min(cutoff, incumbent.cost())) {
            return;
          }
        } else {
          long end = neighbourhoods.effort().steps() + ROUND_STEPS;
          Future<?> meanwhile =
              second.submit(
                  () ->
                      improve(
                          neighbourhoods, () -> neighbourhoods.effort().steps() < end, deadline));
          runFor(ROUND_STEPS, exact, deadline);
          meanwhile.get();
        }
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

  private boolean isBetterAsProgram(
      Incumbent incumbent, BranchAndBound exact, boolean[] usable, Deadline deadline) {
    if (!nativeSolvers
        || incumbent.problem().needCount() > PROGRAM_NEEDS_LIMIT
        || !OrTools.load()) {
      return false;
    }
    double relaxation = new IntegerProgram(incumbent, usable, true).relaxation(deadline);
    incumbent.offerBound(Math.min(relaxation, incumbent.cost()));
    return relaxation > exact.bound() * incumbent.scale().unit();
  }

  private void runFor(long steps, BranchAndBound exact, Deadline deadline) {
    long end = effort.steps() + steps;
    exact.run(() -> effort.steps() < end, deadline);
  }

  private static void improve(
      Neighbourhoods neighbourhoods, BooleanSupplier mayGoOn, Deadline deadline) {
    while (mayGoOn.getAsBoolean() && !deadline.isOver()) {
      neighbourhoods.improveOnce(deadline);
    }
  }
}

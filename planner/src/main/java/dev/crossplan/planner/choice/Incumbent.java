package dev.crossplan.planner.choice;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The best selection and the best proven bound so far for one problem, shared by the solvers that
 * work on it. Safe for use by many threads.
 */
final class Incumbent {
  private final ChoiceProblem problem;
  private final CostScale scale;
  private @Nullable Selection best;
  private double bound;

  Incumbent(ChoiceProblem problem) {
    this.problem = problem;
    this.scale = CostScale.of(problem);
  }

  ChoiceProblem problem() {
    return problem;
  }

  CostScale scale() {
    return scale;
  }

  /**
   * Offers a choice; what is not valid or not better is not taken.
   *
   * @return whether it was taken
   */
  boolean offer(int[] recipeOf) {
    Optional<Selection> offered = Selection.ofValid(problem, recipeOf);
    return offered.isPresent() && offer(offered.get());
  }

  synchronized boolean offer(Selection offered) {
    if (best != null && best.cost() <= offered.cost()) {
      return false;
    }
    best = offered;
    return true;
  }

  /** Offers a bound that no selection is below. */
  synchronized void offerBound(double offered) {
    bound = Math.max(bound, scale.roundUp(offered));
  }

  /** Infinite while there is none. */
  synchronized double cost() {
    return best == null ? Double.POSITIVE_INFINITY : best.cost();
  }

  /** Never above {@link #cost()}, and equal to it where it is as good as equal. */
  synchronized double bound() {
    return isOptimal() ? cost() : bound;
  }

  synchronized boolean isOptimal() {
    return best != null && bound / scale.unit() >= scale.unitsToReach(best.cost());
  }

  synchronized Selection best() {
    if (best == null) {
      throw new IllegalStateException("no selection yet");
    }
    return best;
  }
}

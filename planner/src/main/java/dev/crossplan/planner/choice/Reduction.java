package dev.crossplan.planner.choice;

/**
 * One rule that makes a problem smaller without losing its optimum: the least cost stays the same,
 * and any answer to what is left is lifted to one of equal cost.
 */
interface Reduction {
  /** Applies the rule wherever it can; whether it could. */
  boolean apply(MutableProblem problem);
}

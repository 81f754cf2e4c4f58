package dev.crossplan.planner.choice;

import com.google.common.math.LongMath;

/**
 * The costs of a problem as whole numbers: all of them multiples of a unit, exactly where they have
 * one, else rounded down to so small a unit that it does not matter.
 *
 * @param unit what one stands for
 * @param exact whether each cost is a whole multiple of the unit
 */
record CostScale(double unit, boolean exact) {
  /** All costs together stay below this number of units, so sums are exact in doubles too. */
  private static final double TOTAL_LIMIT = 0x1p40;

  /** Decimal fractions that people write: units tried are 1 and its tenth, hundredth… */
  private static final int[] DENOMINATORS = {1, 2, 4, 8, 10, 100, 1000, 10_000, 100_000, 1_000_000};

  /** How far from a whole number of units a sum of exact costs may come out. */
  private static final double TOLERANCE = 1e-3;

  /** By what part of a cost that is not exact a selection must be cheaper to be sought. */
  static final double RELATIVE_TOLERANCE = 1e-9;

  /** How far a double may be from the decimal fraction that it stands for. */
  private static final double RELATIVE_ERROR = 0x1p-52;

  static CostScale of(ChoiceProblem problem) {
    double total = 0;
    for (int recipe = 0; recipe < problem.recipeCount(); recipe++) {
      if (problem.cost(recipe) < Double.POSITIVE_INFINITY) {
        total += problem.cost(recipe);
      }
    }
    for (int denominator : DENOMINATORS) {
      if (total * denominator > TOTAL_LIMIT) {
        break;
      }
      long divisor = commonDivisor(problem, denominator);
      if (divisor >= 0) {
        return new CostScale(Math.max(1, divisor) / (double) denominator, true);
      }
    }
    // A power of two, so that the division by it is exact.
    return new CostScale(
        Math.max(Double.MIN_NORMAL, Math.scalb(1.0, Math.getExponent(total) - 48)), false);
  }

  /** The greatest common divisor of all costs in units; -1 where one is no whole number. */
  private static long commonDivisor(ChoiceProblem problem, int denominator) {
    long divisor = 0;
    for (int recipe = 0; recipe < problem.recipeCount(); recipe++) {
      double cost = problem.cost(recipe);
      if (cost == Double.POSITIVE_INFINITY) {
        continue;
      }
      double scaled = cost * denominator;
      double whole = Math.rint(scaled);
      if (Math.abs(scaled - whole) > RELATIVE_ERROR * scaled) {
        return -1;
      }
      if (divisor != 1) {
        divisor = LongMath.gcd(divisor, (long) whole);
      }
    }
    return divisor;
  }

  /** Never more than {@code cost}; infinite where that is. */
  double units(double cost) {
    return exact ? Math.rint(cost / unit) : Math.floor(cost / unit);
  }

  /**
   * What a bound in units must reach so that nothing is left that costs less than {@code cutoff},
   * but for what is equal to it.
   */
  double unitsToReach(double cutoff) {
    return exact ? Math.ceil(cutoff / unit - TOLERANCE) : cutoff * (1 - RELATIVE_TOLERANCE) / unit;
  }

  /** The next multiple of the unit that a true cost may have, where the unit is exact. */
  double roundUp(double bound) {
    if (!exact) {
      return bound;
    }
    // What is a hair above a whole number may be that number and rounding errors.
    return Math.max(0, Math.ceil(bound / unit - TOLERANCE)) * unit;
  }
}

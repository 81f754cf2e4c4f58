package dev.crossplan.planner.cost;

/**
 * By how much builds differ for which nothing is known that tells them apart: standard deviations
 * of the logarithm of their seconds.
 *
 * @param packages of packages of which no book tells the size
 * @param booked of packages of which one does
 * @param ways of the ways to build a package, beyond what the phases explain
 * @param versions of a package
 * @param repeats of one and the same build
 */
record Spreads(double packages, double booked, double ways, double versions, double repeats) {
  /** What is assumed where little was built. */
  static final Spreads USUAL = new Spreads(0.9, 0.7, 0.25, 0.15, 0.12);

  /** The same, each multiplied. */
  Spreads times(double[] factors) {
    return new Spreads(
        packages * factors[0],
        booked * factors[1],
        ways * factors[2],
        versions * factors[3],
        repeats * factors[4]);
  }

  /** How many there are. */
  static final int COUNT = 5;
}

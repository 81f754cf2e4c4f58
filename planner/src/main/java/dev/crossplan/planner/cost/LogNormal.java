package dev.crossplan.planner.cost;

import java.util.Arrays;

/**
 * A positive number that is not known exactly: its logarithm is normal.
 *
 * @param median of the number
 * @param spread standard deviation of its logarithm
 */
public record LogNormal(double median, double spread) {

  /** The logarithm of the median. */
  public double log() {
    return Math.log(median);
  }

  /**
   * What is known after measuring it.
   *
   * @param logs logarithms of independent measurements, maybe none
   * @param noise standard deviation of one of them
   */
  LogNormal after(double[] logs, double noise) {
    double before = 1 / (spread * spread);
    double each = 1 / (noise * noise);
    double after = before + each * logs.length;
    return new LogNormal(
        Math.exp((before * log() + each * Arrays.stream(logs).sum()) / after),
        1 / Math.sqrt(after));
  }
}

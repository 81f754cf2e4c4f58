package dev.crossplan.planner.measurement;

import dev.crossplan.planner.calibration.Samples;
import java.util.List;
import java.util.OptionalInt;

/**
 * Which kind of work is measured next, and when it is enough: each at least once, then in turns, so
 * that what happens on the machine meanwhile disturbs all alike; until they hardly spread, or the
 * time is over.
 *
 * @param limitSeconds of all measuring
 * @param least samples of each, if there is time
 * @param most samples of each
 * @param spread that is small enough, see {@link Samples#spread}
 */
public record SamplingOrder(double limitSeconds, int least, int most, double spread) {
  /** A minute or two. */
  public static final SamplingOrder USUAL = new SamplingOrder(75, 3, 9, 0.02);

  /** Each once or twice. */
  public static final SamplingOrder QUICK = new SamplingOrder(15, 2, 2, 0.02);

  /** A sample is to take so long that the clock's ticks do not matter. */
  private static final double SAMPLE_SECONDS = 0.6;

  private static final int MOST_UNITS = 100;

  /**
   * The place in {@code taken} of what is measured next; empty if that is all.
   *
   * @param taken samples of each kind of work
   * @param secondsGone since measuring began
   */
  OptionalInt next(List<Samples> taken, double secondsGone) {
    int next = -1;
    for (int i = 0; i < taken.size(); i++) {
      Samples samples = taken.get(i);
      boolean isWanted =
          samples.count() == 0
              || (!isEnough(samples) && secondsGone + expectedSeconds(samples) <= limitSeconds);
      if (isWanted && (next < 0 || samples.count() < taken.get(next).count())) {
        next = i;
      }
    }
    return next < 0 ? OptionalInt.empty() : OptionalInt.of(next);
  }

  private boolean isEnough(Samples samples) {
    return samples.count() >= most || (samples.count() >= least && samples.spread() <= spread);
  }

  /** How many units the next sample is of. */
  static int units(Samples samples) {
    if (samples.count() == 0) {
      return 1;
    }
    double units = Math.ceil(SAMPLE_SECONDS / samples.cpuSeconds());
    return (int) Math.max(1, Math.min(MOST_UNITS, units));
  }

  private static double expectedSeconds(Samples samples) {
    return units(samples) * samples.seconds();
  }
}

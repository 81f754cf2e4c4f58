package dev.crossplan.planner.report;

import java.time.Duration;
import java.time.Instant;

/**
 * When a line was written, as far as that is known.
 *
 * @param earliest not before that
 * @param latest when it was read: most likely it was written then
 */
record Arrival(Instant earliest, Instant latest) {

  /** Of a line whose time is known. */
  static Arrival at(Instant time) {
    return new Arrival(time, time);
  }

  /** How long before {@code latest} it may have been, in seconds. */
  double doubt() {
    return secondsUntil(earliest, latest);
  }

  /** To the millisecond, as the history keeps it; a clock that is set back makes none negative. */
  double secondsUntil(Arrival later) {
    return secondsUntil(latest, later.latest);
  }

  private static double secondsUntil(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toMillis()) / 1000.0;
  }
}

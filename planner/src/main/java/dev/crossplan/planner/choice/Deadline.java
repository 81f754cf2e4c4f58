package dev.crossplan.planner.choice;

import java.time.Duration;

/** A moment after which a search gives what it has. */
final class Deadline {
  private static final long FOREVER_NANOS = Duration.ofDays(365).toNanos();

  private final long end;

  private Deadline(long end) {
    this.end = end;
  }

  static Deadline in(Duration duration) {
    long nanos =
        duration.compareTo(Duration.ofNanos(FOREVER_NANOS)) >= 0
            ? FOREVER_NANOS
            : duration.toNanos();
    return new Deadline(System.nanoTime() + nanos);
  }

  boolean isOver() {
    return secondsLeft() <= 0;
  }

  /** Negative when it is over. */
  double secondsLeft() {
    return (end - System.nanoTime()) / 1e9;
  }

  /** The earlier of this and {@code seconds} from now. */
  Deadline atMost(double seconds) {
    return new Deadline(
        Math.min(end - System.nanoTime(), (long) (seconds * 1e9)) + System.nanoTime());
  }

  /** The moment {@code seconds} before this one. */
  Deadline before(double seconds) {
    return new Deadline(end - (long) (seconds * 1e9));
  }
}

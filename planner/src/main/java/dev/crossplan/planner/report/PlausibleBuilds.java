package dev.crossplan.planner.report;

import dev.crossplan.planner.history.Entry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Leaves out what cannot have been: it comes of a clock that was wrong or a number that was
 * mistyped, and one such build would count as the latest of its package for years.
 */
final class PlausibleBuilds implements BuildSink {
  /** So much clocks and zones may differ. */
  private static final Duration AHEAD = Duration.ofDays(1);

  private static final long MOST_DAYS = 100;

  private final BuildSink sink;
  private final Clock clock;

  PlausibleBuilds(BuildSink sink, Clock clock) {
    this.sink = sink;
    this.clock = clock;
  }

  @Override
  public void add(Entry entry) {
    Instant started = entry.timing().started();
    if (started.isAfter(clock.instant().plus(AHEAD))) {
      sink.skip("builds that are still to begin, by the clock of this machine");
    } else if (started.isBefore(Instant.EPOCH)) {
      sink.skip("builds before 1970");
    } else if (entry.timing().seconds() > Duration.ofDays(MOST_DAYS).toSeconds()) {
      sink.skip("builds of more than " + MOST_DAYS + " days");
    } else {
      sink.add(entry);
    }
  }

  @Override
  public void skip(String why) {
    sink.skip(why);
  }
}

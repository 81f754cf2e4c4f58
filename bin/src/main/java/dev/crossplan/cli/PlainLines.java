package dev.crossplan.cli;

import dev.crossplan.planner.execute.BuildEvent;
import dev.crossplan.planner.execute.BuildListener;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/**
 * A build where no person looks, or not at a terminal: a line for every start, end and failure,
 * with the time since the start: {@code 01:02:03 built openssl 3.6.0, cross on desk, in 41 s,
 * expected 38 s}.
 */
final class PlainLines implements BuildListener {
  private final PrintWriter out;
  private final Instant began;
  private final InstantSource clock;

  /**
   * Nothing is written yet.
   *
   * @param clock from whose time of now on time counts
   */
  PlainLines(PrintWriter out, InstantSource clock) {
    this.out = out;
    this.began = clock.instant();
    this.clock = clock;
  }

  @Override
  public void on(BuildEvent event) {
    long seconds = Math.max(0, Duration.between(began, clock.instant()).toSeconds());
    String time =
        String.format(
            Locale.ROOT, "%02d:%02d:%02d ", seconds / 3600, seconds / 60 % 60, seconds % 60);
    EventLines.of(event).forEach(line -> out.print(time + line + "\n"));
    out.flush();
  }
}

package dev.crossplan.cli;

import dev.crossplan.planner.execute.BuildEvent;
import dev.crossplan.planner.execute.BuildListener;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * A build where no person looks, or not at a terminal: a line for every start, end and failure,
 * with the time since the start: {@code 01:02:03 built openssl 3.6.0, cross on desk, in 41 s,
 * expected 38 s}.
 */
final class PlainLines implements BuildListener {
  private final PrintWriter out;
  private final Instant began;
  private Instant now;

  /**
   * Nothing is written yet.
   *
   * @param began from when on time counts
   */
  PlainLines(PrintWriter out, Instant began) {
    this.out = out;
    this.began = began;
    this.now = began;
  }

  @Override
  public void on(BuildEvent event) {
    if (event instanceof BuildEvent.Started started) {
      now = started.at();
    } else if (event instanceof BuildEvent.Finished finished) {
      now = finished.at();
    } else if (event instanceof BuildEvent.Failed failed) {
      now = failed.at();
    } // the others happen right after one of these
    long seconds = Math.max(0, Duration.between(began, now).toSeconds());
    String time =
        String.format(
            Locale.ROOT, "%02d:%02d:%02d ", seconds / 3600, seconds / 60 % 60, seconds % 60);
    EventLines.of(event).forEach(line -> out.print(time + line + "\n"));
    out.flush();
  }
}

package dev.crossplan.planner.history;

import com.google.common.base.Preconditions;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a build took.
 *
 * @param packageName its pname
 * @param host system that the outputs run on; empty where nobody said
 * @param strategy empty where nobody said
 * @param machine that built: a host name
 * @param seconds from start to end
 */
public record Timing(
    String packageName,
    String version,
    Optional<String> host,
    Optional<Strategy> strategy,
    String machine,
    Instant started,
    double seconds,
    Circumstances circumstances) {

  public Timing {
    Preconditions.checkArgument(seconds >= 0 && seconds < 1e12, "seconds: %s", seconds);
  }

  /** When it was done. */
  public Instant ended() {
    return started.plusMillis(Math.round(seconds * 1000));
  }
}

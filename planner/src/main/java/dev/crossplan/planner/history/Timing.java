package dev.crossplan.planner.history;

import com.google.common.base.Preconditions;
import com.google.common.collect.Maps;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.source.SourceCode;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

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

  /** The same as if no other program than builds had used the machine, as far as that is known. */
  public Timing undisturbed() {
    double waited = Math.min(seconds, circumstances.waitedSeconds().orElse(0));
    if (waited == 0) {
      return this;
    }
    double part = 1 - waited / seconds;
    return with(
        seconds * part,
        circumstances
            .withWaitedSeconds(0)
            .withPhases(Maps.transformValues(circumstances.phases(), taken -> taken * part)));
  }

  /** The same, of a derivation of which is known what is known of another, if nothing is. */
  public Timing like(Optional<Circumstances> other) {
    if (other.isEmpty() || circumstances.isDerivationKnown()) {
      return this;
    }
    return with(seconds, circumstances.withDerivationOf(other.get()));
  }

  /** The same, of sources with so much code, if that is known. */
  public Timing ofCode(Optional<SourceCode> code) {
    return code.isEmpty() ? this : with(seconds, circumstances.withCode(code));
  }

  /** The same, beside so many other builds, if nobody said beside how many. */
  public Timing beside(OptionalDouble others) {
    return circumstances.neighbours().isPresent()
        ? this
        : with(seconds, circumstances.withNeighbours(others));
  }

  /** The same, by this strategy. */
  public Timing by(Strategy other) {
    return new Timing(
        packageName, version, host, Optional.of(other), machine, started, seconds, circumstances);
  }

  private Timing with(double otherSeconds, Circumstances others) {
    return new Timing(packageName, version, host, strategy, machine, started, otherSeconds, others);
  }

  /** When it was done. */
  public Instant ended() {
    return started.plusMillis(Math.round(seconds * 1000));
  }
}

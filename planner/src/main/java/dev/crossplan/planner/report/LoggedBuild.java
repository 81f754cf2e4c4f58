package dev.crossplan.planner.report;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Machine;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A build as a log tells of it, while it goes on. */
final class LoggedBuild {
  private final StorePath derivation;
  private final Machine machine;
  private final Instant started;
  private final Map<String, Double> phases = new LinkedHashMap<>();
  private @Nullable String phase;
  private Instant phaseStarted;
  private Instant ended;
  private boolean isCounted = true;

  LoggedBuild(StorePath derivation, Machine machine, Instant started) {
    this.derivation = derivation;
    this.machine = machine;
    this.started = started;
    this.phaseStarted = started;
    this.ended = started;
  }

  void enter(String nextPhase, Instant time) {
    endPhase(time);
    phase = nextPhase;
    phaseStarted = time;
  }

  void end(Instant time) {
    endPhase(time);
    ended = time;
  }

  private void endPhase(Instant time) {
    if (phase != null) {
      phases.merge(phase, seconds(phaseStarted, time), Double::sum);
      phase = null;
    }
  }

  /**
   * To the millisecond, as the history keeps it; a clock that is set back makes no negative time.
   */
  private static double seconds(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toMillis()) / 1000.0;
  }

  /** The machine that builds tells of the same build: what it says counts, and this does not. */
  void leaveToMachine() {
    isCounted = false;
  }

  boolean isCounted() {
    return isCounted;
  }

  StorePath derivation() {
    return derivation;
  }

  Machine machine() {
    return machine;
  }

  Instant started() {
    return started;
  }

  double seconds() {
    return seconds(started, ended);
  }

  ImmutableMap<String, Double> phases() {
    return ImmutableMap.copyOf(phases);
  }
}

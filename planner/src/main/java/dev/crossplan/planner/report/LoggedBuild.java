package dev.crossplan.planner.report;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Machine;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A build as a log tells of it, while it goes on. */
final class LoggedBuild {
  private final StorePath derivation;
  private final Machine machine;
  private final Arrival started;
  private final Map<String, Double> phases = new LinkedHashMap<>();
  private @Nullable String phase;
  private Arrival phaseStarted;
  private Arrival ended;
  private boolean isCounted = true;

  LoggedBuild(StorePath derivation, Machine machine, Arrival started) {
    this.derivation = derivation;
    this.machine = machine;
    this.started = started;
    this.phaseStarted = started;
    this.ended = started;
  }

  void enter(String nextPhase, Arrival time) {
    endPhase(time);
    phase = nextPhase;
    phaseStarted = time;
  }

  /** May be said again where it turns out to have ended earlier, in the same phase. */
  void end(Arrival time) {
    ended = time;
  }

  private void endPhase(Arrival time) {
    if (phase != null) {
      phases.merge(phase, phaseStarted.secondsUntil(time), Double::sum);
      phase = null;
    }
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
    return started.latest();
  }

  double seconds() {
    return started.secondsUntil(ended);
  }

  /** By how much {@link #seconds} may be off. */
  double doubt() {
    return started.doubt() + ended.doubt();
  }

  /** Once it has ended. */
  ImmutableMap<String, Double> phases() {
    endPhase(ended);
    return ImmutableMap.copyOf(phases);
  }
}

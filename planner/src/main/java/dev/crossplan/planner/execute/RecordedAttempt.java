package dev.crossplan.planner.execute;

import dev.crossplan.planner.alternative.Attempt;
import dev.crossplan.planner.derivation.StorePath;
import java.time.Instant;
import java.util.Optional;

/**
 * One attempt to make something, as the history keeps it.
 *
 * @param attempt the derivation as evaluated, and the way
 * @param built the derivation as Nix built it, with the inputs that were chosen
 * @param host system that the outputs run on; empty for sources
 * @param builder machine that did it; empty where none is needed
 * @param seconds that it took
 * @param reason why it failed; empty if it did not
 * @param lasting whether a failure speaks against trying the same again
 * @param run the folder with the logs
 * @param manifest what was to be built
 */
record RecordedAttempt(
    Attempt attempt,
    StorePath built,
    String packageName,
    String version,
    Optional<String> host,
    Optional<String> builder,
    Instant started,
    double seconds,
    Optional<String> reason,
    boolean lasting,
    String run,
    String manifest) {}

package dev.crossplan.planner.history;

import dev.crossplan.planner.derivation.StorePath;
import java.nio.file.Path;
import java.util.Optional;

/**
 * All that the history keeps of one attempt to make something, whoever made it. Two that are equal
 * are one.
 *
 * @param timing its host is empty for sources, and where nobody said
 * @param reason why it failed; empty if it did not
 * @param derivation as evaluated; empty where another tool built
 * @param built the derivation as Nix built it; empty where another tool built
 * @param builder name of the machine in the manifest
 * @param lasting whether a failure speaks against trying the same again
 * @param run the folder with the logs
 * @param log what the build said
 * @param manifest what was to be built
 * @param origin {@link #BUILD}, or what it was imported from
 */
public record Entry(
    Action action,
    Timing timing,
    Optional<String> reason,
    Optional<StorePath> derivation,
    Optional<StorePath> built,
    Optional<String> builder,
    boolean lasting,
    Optional<String> run,
    Optional<String> log,
    Optional<String> manifest,
    String origin) {

  /** The origin of what {@code crossplan build} did, on whatever machine. */
  public static final String BUILD = "build";

  /**
   * What another tool did. It says nothing of what crossplan may try: that tool may have had other
   * inputs.
   */
  public static Entry imported(
      String origin, Action action, Timing timing, Optional<String> reason) {
    return new Entry(
        action,
        timing,
        reason,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        origin);
  }

  static Entry of(RecordedAttempt row) {
    return new Entry(
        row.attempt().action(),
        row.timing(),
        row.reason(),
        Optional.of(row.attempt().derivation()),
        Optional.of(row.built()),
        row.builder(),
        row.lasting(),
        Optional.of(row.run()),
        row.log().map(Path::toString),
        Optional.of(row.manifest()),
        BUILD);
  }
}

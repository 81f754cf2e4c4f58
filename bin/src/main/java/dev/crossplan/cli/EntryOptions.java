package dev.crossplan.cli;

import dev.crossplan.planner.history.EntryFilter;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which entries of the history a command is about. */
final class EntryOptions {
  @Option(names = "--machine", paramLabel = "HOST", description = "Only what this machine built.")
  private @Nullable String machine;

  @Option(
      names = "--strategy",
      paramLabel = "STRATEGY",
      description = "Only what was built so: ${COMPLETION-CANDIDATES}.")
  private @Nullable Strategy strategy;

  @Option(
      names = "--origin",
      paramLabel = "ORIGIN",
      description = "Only what is known from there: build, nom, internal-json, hydra.")
  private @Nullable String origin;

  @Option(names = "--failed", description = "Only what failed.")
  private boolean failed;

  /** What was asked for, of a package and a time. */
  EntryFilter filter(
      @Nullable String packageName, @Nullable Instant since, @Nullable Instant before) {
    return new EntryFilter(
        Optional.ofNullable(packageName),
        Optional.ofNullable(machine),
        Optional.ofNullable(strategy),
        Optional.ofNullable(origin),
        Optional.ofNullable(since),
        Optional.ofNullable(before),
        failed);
  }
}

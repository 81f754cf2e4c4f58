package dev.crossplan.planner.history;

import com.google.common.base.Preconditions;
import dev.crossplan.planner.derivation.StorePath;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One attempt to make something, as the history keeps it.
 *
 * @param attempt the derivation as evaluated, and the way
 * @param built the derivation as Nix built it, with the inputs that were chosen
 * @param timing of what package, for which host, where and how long; its host is empty for sources,
 *     and its traits tell the tools of {@code attempt}
 * @param builder name of the machine in the manifest; empty where none is needed
 * @param reason why it failed; empty if it did not
 * @param lasting whether a failure speaks against trying the same again
 * @param run the folder with the logs
 * @param log what the build said; empty where nothing was built
 * @param manifest what was to be built
 */
public record RecordedAttempt(
    Attempt attempt,
    StorePath built,
    Timing timing,
    Optional<String> builder,
    Optional<String> reason,
    boolean lasting,
    String run,
    Optional<Path> log,
    String manifest) {

  public RecordedAttempt {
    Tools kept = Tools.of(timing.circumstances().traits());
    Preconditions.checkArgument( // only the traits are kept of them
        attempt.tools() == kept, "tools: %s, but %s by the traits", attempt.tools(), kept);
  }
}

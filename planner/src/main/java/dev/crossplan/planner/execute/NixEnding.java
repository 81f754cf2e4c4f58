package dev.crossplan.planner.execute;

import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.remote.ProbeFailure;

/**
 * How Nix ended that was to make one thing: a build that fails speaks against its strategy, a Nix
 * that fails does not. See {@link NixEndings}.
 */
sealed interface NixEnding {

  /** The outputs are there. */
  record Made() implements NixEnding {}

  /**
   * The build failed.
   *
   * @param why in a line: {@code exit code 2: configure: error: …}
   * @param lasting whether it would again
   */
  record BuildFailed(String why, boolean lasting) implements NixEnding {}

  /** A signal ended Nix in order: Ctrl-C, which ends crossplan too, or somebody else's. */
  record Interrupted() implements NixEnding {}

  /** The machine that was to build failed, or the way to it: what was to be built is not tried. */
  record BuilderFailed(ProbeFailure reason) implements NixEnding {}

  /** Nix failed: the disk is full, a daemon is gone, a right is missing. */
  record NixFailed(BuildException reason) implements NixEnding {}
}

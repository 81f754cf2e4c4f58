package dev.crossplan.planner.execute;

import dev.crossplan.planner.BuildException;

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

  /** Somebody ended Nix by Ctrl-C, and so wants crossplan to end too. */
  record Interrupted() implements NixEnding {}

  /** Nix failed: the disk is full, a daemon is gone, a right is missing. */
  record NixFailed(BuildException reason) implements NixEnding {}
}

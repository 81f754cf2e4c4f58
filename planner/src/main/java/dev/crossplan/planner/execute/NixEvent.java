package dev.crossplan.planner.execute;

/** What Nix tells of a build while it goes on, as far as it matters; see {@link NixLog}. */
sealed interface NixEvent {

  /** A build has started. */
  record Building(String derivation) implements NixEvent {}

  /** A line of a build's output. */
  record LogLine(String text) implements NixEvent {}

  /** A build has reached a phase. */
  record Phase(String name) implements NixEvent {}

  /** A store path begins to be copied, from or to another machine. */
  record Copying(long activity) implements NixEvent {}

  /** Something that had begun is over. */
  record Stopped(long activity) implements NixEvent {}

  /**
   * What Nix says to its user.
   *
   * @param level from 0, an error, to 7, what only those who mend Nix want to know
   * @param text with colours
   */
  record Message(int level, String text) implements NixEvent {
    static final int ERROR = 0;
    static final int INFO = 3;
  }
}

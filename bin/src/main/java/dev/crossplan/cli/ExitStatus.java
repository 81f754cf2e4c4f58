package dev.crossplan.cli;

/** What the process tells its caller when it ends. */
final class ExitStatus {
  static final int DONE = 0;

  /**
   * The input is fine but the work cannot be done: no possible plan, a build failed, disk full, out
   * of memory, an error in crossplan itself.
   */
  static final int NOT_POSSIBLE = 1;

  /** Bad usage or bad input. */
  static final int BAD_INPUT = 2;

  /**
   * Who read our output stopped reading it: what a shell reports of a program that SIGPIPE ended.
   */
  static final int READER_GONE = 128 + 13;

  /** Ctrl-C: what a shell reports of a program that SIGINT ended. */
  static final int INTERRUPTED = 128 + 2;

  private ExitStatus() {}
}

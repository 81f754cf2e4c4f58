package dev.crossplan.cli;

/** Whether this process is being ended: by Ctrl-C, kill, or because it is done. */
final class ProcessEnd {
  private ProcessEnd() {}

  /**
   * Whether Java is ending. Temporary files are going away then and programs of Nix are ended, so
   * what fails from now on says nothing of the input.
   */
  static boolean hasBegun() {
    Thread trial = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(trial);
      Runtime.getRuntime().removeShutdownHook(trial);
      return false;
    } catch (IllegalStateException e) { // the only way to find out
      return true;
    }
  }
}

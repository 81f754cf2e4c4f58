package dev.crossplan.cli;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Runs, in one process and with the output thrown away, what most users run, so that the launcher
 * can archive the classes that it takes. Not a command: nobody but the launcher starts it.
 */
final class Rehearsal {
  private Rehearsal() {}

  public static void main(String[] arguments) throws IOException {
    run("--help");
    run("--version");
    run("generate-completion");
    run("no-such-command");
  }

  private static void run(String... arguments) {
    Crossplan.run(
        new Terminal(
            OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), false, false, 80),
        arguments);
  }
}

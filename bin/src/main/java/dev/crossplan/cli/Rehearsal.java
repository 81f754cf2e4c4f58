package dev.crossplan.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs, in one process and with the output thrown away, what most users run, so that the launcher
 * can archive the classes that it takes. Not a command: nobody but the launcher starts it.
 */
final class Rehearsal {
  private Rehearsal() {}

  /**
   * Runs the commands.
   *
   * @param manifests to plan
   */
  public static void main(String[] manifests) throws IOException {
    run("--help");
    run("--version");
    run("generate-completion");
    run("no-such-command");
    for (String manifest : manifests) {
      run("plan", manifest);
      run("plan", manifest, "--format", "json");
    }
    Path problem = Files.createTempFile("crossplan-rehearsal", ".json");
    try {
      Files.writeString(
          problem,
          "{\"tasks\":{\"a\":{\"duration\":2},\"b\":{\"durations\":{\"0\":1.5},\"needs\":[\"a\"]}},"
              + "\"machines\":[{},{\"slots\":2}]}");
      run("schedule", problem.toString());
      run("schedule", problem.toString(), "--format", "json");
      run("verify", problem.toString());
    } finally {
      Files.delete(problem);
    }
  }

  private static void run(String... arguments) {
    Crossplan.run(
        new Terminal(
            OutputStream.nullOutputStream(),
            OutputStream.nullOutputStream(),
            false,
            false,
            false,
            80),
        arguments);
  }
}

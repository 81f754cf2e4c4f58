package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** One command line, run in this process: its exit status and what it said. */
record CommandLineRun(int status, String out, String err) {

  static CommandLineRun of(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = Crossplan.run(new Terminal(out, err, false, false, false, 80), arguments);
    return new CommandLineRun(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The run ended so, with these lines on stderr and nothing on stdout. */
  void assertFailed(int expectedStatus, String... lines) {
    assertEquals(String.join("\n", lines) + "\n", err);
    assertEquals(expectedStatus, status);
    assertEquals("", out);
  }
}

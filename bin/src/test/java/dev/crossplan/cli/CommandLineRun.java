package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One command line, run in this process: its exit status and what it said. */
record CommandLineRun(int status, String out, String err) {

  static CommandLineRun of(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = Crossplan.run(new Terminal(out, err, false, false, false, 80), arguments);
    return new CommandLineRun(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** How a process of its own is started; arguments may be added. Libraries may use native code. */
  static List<String> program() {
    List<String> program = new ArrayList<>();
    program.add(ProcessHandle.current().info().command().orElse("java"));
    program.add("-XX:TieredStopAtLevel=1");
    if (Runtime.version().feature() >= 22) { // else Java warns on standard error
      program.add("--enable-native-access=ALL-UNNAMED");
    }
    program.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "dev.crossplan.cli.Crossplan"));
    return program;
  }

  /** The run ended so, with these lines on stderr and nothing on stdout. */
  void assertFailed(int expectedStatus, String... lines) {
    assertEquals(String.join("\n", lines) + "\n", err);
    assertEquals(expectedStatus, status);
    assertEquals("", out);
  }
}

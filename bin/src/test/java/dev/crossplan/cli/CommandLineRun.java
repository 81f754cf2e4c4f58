package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** One command line, mostly run in this process: its exit status and what it said. */
record CommandLineRun(int status, String out, String err) {

  static CommandLineRun of(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = Crossplan.run(new Terminal(out, err, false, false, false, 80), arguments);
    return new CommandLineRun(
            status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8))
        .checked(arguments);
  }

  /** What is bad has to be told with a remedy, and without what only programmers can read. */
  private CommandLineRun checked(String... arguments) {
    if (status == ExitStatus.BAD_INPUT) {
      boolean isVerbose = List.of(arguments).contains("--verbose");
      assertTrue(err.lines().anyMatch(line -> line.startsWith("Maybe ")), err);
      assertTrue(isVerbose || err.lines().noneMatch(line -> line.startsWith("\tat ")), err);
      assertFalse(err.contains("broken here"), err);
    }
    return this;
  }

  /** Runs one in a process of its own, which may have another environment than this one. */
  static CommandLineRun elsewhere(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return startedBy(List.of(), environment, arguments);
  }

  /** The same, started by another program that takes a command as its last arguments. */
  static CommandLineRun startedBy(
      List<String> starter, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(starter);
    command.addAll(program());
    command.addAll(List.of(arguments));
    Path err = Files.createTempFile("crossplan", ".err");
    try {
      ProcessBuilder starting = new ProcessBuilder(command).redirectError(err.toFile());
      starting.environment().putAll(environment);
      Process process = starting.start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new CommandLineRun(process.waitFor(), out, Files.readString(err)).checked(arguments);
    } finally {
      Files.delete(err);
    }
  }

  /** Whether it says so, wherever lines are broken. */
  boolean says(String text) {
    return out.replaceAll("\\s+", " ").contains(text);
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

  /** A program that this machine has. */
  static Path programOf(String name) {
    return Arrays.stream(System.getenv("PATH").split(":", -1))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("this test needs " + name));
  }

  /** The run ended so, with these lines on stderr and nothing on stdout. */
  void assertFailed(int expectedStatus, String... lines) {
    assertEquals(String.join("\n", lines) + "\n", err);
    assertEquals(expectedStatus, status);
    assertEquals("", out);
  }
}

package dev.crossplan.qemu;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Runs small programs: with an empty environment, and none for longer than {@link #SECONDS}. */
final class ProgramRun {
  private static final long SECONDS = 20;

  private ProgramRun() {}

  /**
   * Everything that a program wrote to stdout and stderr, whatever its exit status; empty if it
   * could not be started.
   */
  static Optional<String> output(Path folder, List<String> command) {
    return run(
        folder,
        command,
        (lines, process) -> {
          process.getOutputStream().close();
          return Optional.of(lines.lines().collect(Collectors.joining("\n")));
        });
  }

  /**
   * What was found out of a program's first line while it waited for the end of its input; empty if
   * the program then fails.
   */
  static <T> Optional<T> firstLine(
      Path folder, List<String> command, Function<Line, Optional<T>> read) {
    return run(
        folder,
        command,
        (lines, process) -> {
          String line = lines.readLine();
          Optional<T> found =
              line == null ? Optional.empty() : read.apply(new Line(line, process.pid()));
          process.getOutputStream().close();
          return waitFor(process) == 0 ? found : Optional.empty();
        });
  }

  /**
   * A line that a process wrote.
   *
   * @param process its number; it is still running
   */
  record Line(String text, long process) {}

  @FunctionalInterface
  private interface Reading<T> {
    Optional<T> read(BufferedReader lines, Process process) throws IOException;
  }

  private static <T> Optional<T> run(Path folder, List<String> command, Reading<T> reading) {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return Optional.empty(); // it is not there, or cannot be executed
    }
    CompletableFuture<Void> end =
        CompletableFuture.runAsync(
            process::destroyForcibly, CompletableFuture.delayedExecutor(SECONDS, TimeUnit.SECONDS));
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1))) {
      return reading.read(lines, process);
    } catch (IOException e) {
      return Optional.empty(); // it ended before its time
    } finally {
      end.cancel(false);
      process.destroyForcibly();
    }
  }

  private static int waitFor(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }
}

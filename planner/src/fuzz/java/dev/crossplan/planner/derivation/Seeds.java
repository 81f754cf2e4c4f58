package dev.crossplan.planner.derivation;

import dev.crossplan.planner.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What fuzzing starts from: the golden files. */
final class Seeds {
  private Seeds() {}

  static Stream<byte[]> named(String suffix) {
    try (Stream<Path> files = Files.walk(GoldenFiles.path("README.md").resolveSibling("."))) {
      List<Path> chosen = files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
      return chosen.stream().map(GoldenFiles::bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Demands of every refusal what a reader of it needs: one line, not endless. */
  static void checkMessage(InputException refused) {
    String message = String.valueOf(refused.getMessage());
    if (message.isBlank() || message.indexOf('\n') >= 0 || message.length() > 2000) {
      throw new AssertionError("no message for people: " + message, refused);
    }
  }
}

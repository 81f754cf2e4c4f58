package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where crossplan keeps what it could find out again: the XDG Base Directory Specification. */
final class CacheFolder {
  private CacheFolder() {}

  static Path of(ImmutableMap<String, String> environment) {
    String folder = environment.getOrDefault("XDG_CACHE_HOME", "");
    return folder.startsWith("/")
        ? Path.of(folder, "crossplan")
        : Path.of(
            environment.getOrDefault("HOME", System.getProperty("user.home")),
            ".cache",
            "crossplan");
  }

  /** Writes what a file is to have. */
  @FunctionalInterface
  interface Content {
    void writeTo(Path draft) throws IOException;
  }

  /** Replaces a file, whole or not at all; makes its folder where there is none. */
  static void replace(Path file, Content content) throws IOException {
    Path folder = Files.createDirectories(file.resolveSibling("."));
    Path draft = Files.createTempFile(folder, "draft", ".tmp");
    try {
      content.writeTo(draft);
      try {
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}

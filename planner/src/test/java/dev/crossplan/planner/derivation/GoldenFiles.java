package dev.crossplan.planner.derivation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The files under {@code resources/derivation}; its README says where they are from. */
final class GoldenFiles {
  private GoldenFiles() {}

  static Path path(String name) {
    URL url = Objects.requireNonNull(GoldenFiles.class.getResource("/derivation/" + name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a file or folder holds, by path. */
  static Map<StorePath, Derivation> read(Path source) {
    Map<StorePath, Derivation> derivations = new TreeMap<>();
    Derivations.read(
        source,
        (path, derivation) -> {
          if (derivations.put(path, derivation) != null) {
            throw new AssertionError(path + " was handed on twice");
          }
        });
    return derivations;
  }

  /** The derivation of that name. */
  static Derivation named(Map<StorePath, Derivation> derivations, String name) {
    return derivations.values().stream()
        .filter(derivation -> derivation.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no derivation " + name));
  }
}

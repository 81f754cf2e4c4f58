package dev.crossplan.planner.instance;

import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** How large the sources of a build are. */
public final class SourceSize {
  private SourceSize() {}

  /**
   * Of all that are in the store: what is named as source and lies elsewhere, Nix does not build.
   *
   * @param sources as a derivation has them
   * @return bytes, mostly compressed; empty if none is there
   */
  public static OptionalLong of(Collection<String> sources) {
    long sum = sources.stream().mapToLong(SourceSize::bytes).sum();
    return sum == 0 ? OptionalLong.empty() : OptionalLong.of(sum);
  }

  private static long bytes(String source) {
    try (Stream<Path> files = Files.walk(Path.of(StorePath.parse(source).toString()))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException | UncheckedIOException | InputException e) {
      return 0; // it is not there, or nothing that can be read
    }
  }
}

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

/** How large the files of paths in the store are. */
public final class FileSizes {
  private FileSizes() {}

  /**
   * Of all that are in the store.
   *
   * @param paths with names of the store; others count nothing
   * @return bytes of regular files; empty if there are none
   */
  public static OptionalLong of(Collection<String> paths) {
    long sum = paths.stream().mapToLong(FileSizes::bytes).sum();
    return sum == 0 ? OptionalLong.empty() : OptionalLong.of(sum);
  }

  private static long bytes(String path) {
    try (Stream<Path> files = Files.walk(Path.of(StorePath.parse(path).toString()))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException | UncheckedIOException | InputException e) {
      return 0; // it is not there, or nothing that can be read
    }
  }
}

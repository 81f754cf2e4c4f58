package dev.crossplan.cli;

import com.google.common.base.MoreObjects;
import dev.crossplan.planner.InputException;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a result goes: {@code --output FILE}, or standard output without it or for {@code -}.
 *
 * <p>A file appears whole or not at all: it is written under another name in the same folder, then
 * renamed. When that fails, or is interrupted, an older file of that name is as it was. What is no
 * regular file (a pipe, /dev/null) cannot be renamed to and is written directly.
 */
final class OutputTarget {
  private final Terminal terminal;
  private final @Nullable Path file;

  private OutputTarget(Terminal terminal, @Nullable Path file) {
    this.terminal = terminal;
    this.file = file;
  }

  /** Writes the whole of a result. Need not close or flush the stream. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Looks at {@code file} at once, so that a mistake is told before the work and not after it.
   *
   * @param file null or {@code -} for standard output
   * @throws InputException if {@code file} is a folder or its folder does not exist
   */
  static OutputTarget of(Terminal terminal, @Nullable Path file) {
    if (file == null || file.toString().equals("-")) {
      return new OutputTarget(terminal, null);
    }
    if (Files.isDirectory(file)) {
      throw new InputException(
          "--output " + file + ": is a folder, a file was expected",
          "Maybe give a file in it: --output " + file.resolve("result.json"));
    }
    Path folder = folderOf(file);
    if (!Files.isDirectory(folder)) {
      throw new InputException(
          "--output " + file + ": there is no folder " + folder, "Maybe mkdir -p " + folder);
    }
    return new OutputTarget(terminal, file);
  }

  /**
   * Writes a text, once it is there.
   *
   * @throws OutputException if it cannot be written
   */
  void write(String text) {
    write(out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Writes the result, once it is there.
   *
   * @throws OutputException if the content cannot be written
   */
  void write(Content content) {
    if (file == null) {
      try {
        content.writeTo(terminal.out());
      } catch (IOException e) {
        throw new OutputException("standard output", e);
      }
      terminal.flush();
      return;
    }
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        writeInPlace(file, content);
      } else {
        // The file behind a symbolic link is replaced, not the link.
        replace(Files.exists(file) ? file.toRealPath() : file, content);
      }
    } catch (IOException e) {
      throw new OutputException("--output " + file, e);
    }
  }

  private static void writeInPlace(Path file, Content content) throws IOException {
    try (OutputStream out = new BufferedOutputStream(new FileOutputStream(file.toFile()))) {
      content.writeTo(out);
    }
  }

  private static void replace(Path file, Content content) throws IOException {
    Path draft = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      // No createTempFile: it would be for the owner's eyes only, whatever the umask says.
      try (FileOutputStream raw = new FileOutputStream(draft.toFile());
          OutputStream out = new BufferedOutputStream(raw, 1 << 16)) {
        content.writeTo(out);
        out.flush();
        raw.getFD().sync();
      }
      if (Files.exists(file)) {
        Files.setPosixFilePermissions(draft, Files.getPosixFilePermissions(file));
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static Path folderOf(Path file) {
    return MoreObjects.firstNonNull(file.getParent(), Path.of("."));
  }
}

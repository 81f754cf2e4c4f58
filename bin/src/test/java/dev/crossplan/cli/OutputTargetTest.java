package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTargetTest {
  private static final OutputTarget.Content NEW =
      out -> out.write("new".getBytes(StandardCharsets.UTF_8));

  private final TerminalForTests terminal = new TerminalForTests();
  private final Path folder;
  private final Path file;

  OutputTargetTest(@TempDir Path folder) {
    this.folder = folder;
    this.file = folder.resolve("a result.json");
  }

  @Test
  void withoutAFileItIsStandardOutput() {
    OutputTarget.of(terminal.get(), null).write(NEW);
    OutputTarget.of(terminal.get(), Path.of("-")).write(NEW);
    assertEquals("newnew", terminal.out());
  }

  @Test
  void aFileIsReplacedAndKeepsItsPermissions() throws IOException {
    Files.writeString(file, "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    OutputTarget.of(terminal.get(), file).write(NEW);
    assertEquals("new", Files.readString(file));
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(List.of(file), files());
  }

  @Test
  void theFileBehindALinkIsReplacedAndTheLinkStays() throws IOException {
    Files.writeString(file, "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    OutputTarget.of(terminal.get(), link).write(NEW);
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(file));
  }

  @Test
  void whenWritingFailsTheOldFileStaysAndNothingElse() throws IOException {
    Files.writeString(file, "old");
    OutputTarget target = OutputTarget.of(terminal.get(), file);
    OutputException failed =
        assertThrows(
            OutputException.class,
            () ->
                target.write(
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("No space left on device");
                    }));
    assertEquals(
        "--output " + file + ": cannot be written: No space left on device", failed.getMessage());
    assertEquals("old", Files.readString(file));
    assertEquals(List.of(file), files());
  }

  @Test
  void whatIsNoRegularFileIsWrittenDirectly() {
    OutputTarget.of(terminal.get(), Path.of("/dev/null")).write(NEW);
    assertTrue(Files.exists(Path.of("/dev/null")) && !Files.isRegularFile(Path.of("/dev/null")));
  }

  @Test
  void aFolderIsRefused() {
    InputException refused =
        assertThrows(InputException.class, () -> OutputTarget.of(terminal.get(), folder));
    assertEquals("--output " + folder + ": is a folder, a file was expected", refused.getMessage());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}

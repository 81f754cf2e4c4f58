package dev.crossplan.cross.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchiveTest {
  private final Path folder;

  ArchiveTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void membersHaveTheirWholeNames() throws IOException {
    assertEquals(
        List.of(
            "answer-with-a-long-name-of-an-object.o 1288",
            "data.o 1120",
            "another-long-name-that-has-more-than-sixteen.o 1280"),
        members(GoldenElf.path("objects.a")));
  }

  @Test
  void namesOfBsdStandBeforeTheContents() throws IOException {
    assertEquals(
        List.of("a long name.o 3", "short.o 1"),
        members(
            archive(
                header("__.SYMDEF SORTED", "2") + "xx",
                header("#1/16", "19") + "a long name.o\0\0\0abc\n",
                header("short.o", "1") + "z\n")));
  }

  @Test
  void anEmptyArchiveHasNone() throws IOException {
    assertEquals(List.of(), members(archive()));
  }

  @ParameterizedTest
  @CsvSource({
    "a.o/, 99, it ends after",
    "a.o/, -1, a member of the archive has no size",
    "a.o/, '', a member of the archive has no size",
    "#1/9999999999, 2, a member has a name of 9999999999 bytes",
    "#1/3, 2, it ends after",
  })
  void whatIsWrongIsTold(String name, String size, String message) throws IOException {
    Path file = archive(header(name, size) + "ab");
    MalformedFileException e = assertThrows(MalformedFileException.class, () -> members(file));
    assertTrue(String.valueOf(e.getMessage()).startsWith(message), e.getMessage());
  }

  @Test
  void whatFollowsAMemberIsAMember() throws IOException {
    Path file = archive(header("a.o/", "2") + "ab", "x".repeat(60));
    MalformedFileException e = assertThrows(MalformedFileException.class, () -> members(file));
    assertEquals("at 70 is no member of an archive", e.getMessage());
  }

  private Path archive(String... members) throws IOException {
    return Files.writeString(
        folder.resolve("archive.a"),
        "!<arch>\n" + String.join("", members),
        StandardCharsets.ISO_8859_1);
  }

  private static String header(String name, String size) {
    return String.format("%-16s%-12s%-6s%-6s%-8s%-10s`\n", name, "0", "0", "0", "100644", size);
  }

  private static List<String> members(Path file) throws IOException {
    List<String> members = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file)) {
      Archive archive = Archive.of(FileRange.of(channel));
      Optional<Archive.Member> next = archive.next();
      while (next.isPresent()) {
        members.add(next.get().name() + " " + next.get().contents().size());
        next = archive.next();
      }
    }
    return members;
  }
}

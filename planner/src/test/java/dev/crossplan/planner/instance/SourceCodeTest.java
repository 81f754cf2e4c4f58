package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives are written by tar itself. */
class SourceCodeTest {
  private static final String HASH = "0123456789abcdfghijklmnpqrsvwxyz-";
  private static final SourceCode CURL = new SourceCode(3, 60, 100);

  private Path store;
  private Path folder;

  @BeforeEach
  void writeSources(@TempDir Path store) throws IOException {
    this.store = store;
    folder = store.resolve("curl-8");
    write("configure", 100);
    write("lib/configure", 40);
    write("lib/url.c", 10);
    write("lib/url.h", 11);
    write("src/tool.CPP", 20);
    write("src/deep/main.rs", 30);
    write("tests/unit.c", 7);
    write("src/Tests/more.c", 7);
    write("docs/examples/get.c", 7);
    write("README", 7);
  }

  private void write(String name, int size) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.write(file, new byte[size]);
  }

  private String packed(String option, String name) throws Exception {
    Path archive = store.resolve(HASH + name);
    Process tar =
        new ProcessBuilder(
                "tar", "-c", option, "-f", archive.toString(), "-C", store.toString(), "curl-8")
            .redirectErrorStream(true)
            .redirectOutput(store.resolve("tar.log").toFile())
            .start();
    assertTrue(tar.waitFor(1, TimeUnit.MINUTES));
    assertEquals(0, tar.exitValue());
    return archive.toString();
  }

  @Test
  void whatIsCompiledIsCountedInArchivesOfEachKind() throws Exception {
    assertEquals(Optional.of(CURL), SourceCode.of(List.of(packed("-z", "curl-8.tar.gz"))));
    assertEquals(Optional.of(CURL), SourceCode.of(List.of(packed("-J", "curl-8.tar.xz"))));
    assertEquals(Optional.of(CURL), SourceCode.of(List.of(packed("-j", "curl-8.tar.bz2"))));
    assertEquals(Optional.of(CURL), SourceCode.of(List.of(packed("-v", "curl-8.tar"))));
  }

  @Test
  void aFolderIsAsGoodAsAnArchiveAndSeveralSourcesAddUp() throws Exception {
    Path unpacked = Files.move(folder, store.resolve(HASH + "source"));
    assertEquals(Optional.of(CURL), SourceCode.of(List.of(unpacked.toString())));
    assertEquals(
        Optional.of(new SourceCode(6, 120, 100)),
        SourceCode.of(List.of(unpacked.toString(), "/nowhere", unpacked.toString())));
  }

  @Test
  void whatCannotBeReadIsUnknown() throws Exception {
    Path patch = Files.writeString(store.resolve(HASH + "a.patch"), "--- a\n+++ b\n");
    Path broken = store.resolve(HASH + "broken.tar.gz");
    byte[] whole = Files.readAllBytes(Path.of(packed("-z", "curl-8.tar.gz")));
    Files.write(broken, Arrays.copyOf(whole, whole.length / 2));
    assertEquals(
        Optional.empty(),
        SourceCode.of(
            List.of(
                patch.toString(),
                broken.toString(),
                folder.toString(), // no store path
                store.resolve(HASH + "missing").toString())));
  }
}

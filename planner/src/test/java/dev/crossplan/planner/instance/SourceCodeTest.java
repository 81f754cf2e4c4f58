package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives are written by tar itself. */
class SourceCodeTest {
  private static final String HASH = "0123456789abcdfghijklmnpqrsvwxyz-";
  private static final SourceCode CURL = new SourceCode(3, 0, 60, 100, 0);

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
    write("src/deep/main.f90", 30);
    write("tests/unit.c", 7);
    write("src/Tests/more.c", 7);
    write("docs/examples/get.c", 7);
    write("README", 7);
  }

  private void write(String name, int size) throws IOException {
    write(name, "x".repeat(size));
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
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

  private static SourceCode read(String source, Trait... traits) {
    return SourceCode.of(List.of(source), Set.of(traits)).orElseThrow();
  }

  @Test
  void whatIsCompiledIsCountedInArchivesOfEachKind() throws Exception {
    assertEquals(CURL, read(packed("-z", "curl-8.tar.gz")));
    assertEquals(CURL, read(packed("-J", "curl-8.tar.xz")));
    assertEquals(CURL, read(packed("-j", "curl-8.tar.bz2")));
    assertEquals(CURL, read(packed("-v", "curl-8.tar")));
  }

  @Test
  void aFolderIsAsGoodAsAnArchiveAndSeveralSourcesAddUp() throws Exception {
    String unpacked = Files.move(folder, store.resolve(HASH + "source")).toString();
    assertEquals(CURL, read(unpacked));
    assertEquals(
        Optional.of(new SourceCode(6, 0, 120, 100, 0)),
        SourceCode.of(List.of(unpacked, "/nowhere", unpacked), Set.of()));
  }

  /** As of libcap, which has bindings for Go. */
  @Test
  void whatNoCompilerIsThereForIsNotCompiled() throws Exception {
    write("go/url.go", 1000);
    write("rust/url.rs", 500);
    String archive = packed("-z", "curl-8.tar.gz");
    assertEquals(CURL, read(archive, Trait.CMAKE));
    assertEquals(new SourceCode(4, 0, 1060, 100, 0), read(archive, Trait.GO));
    assertEquals(new SourceCode(5, 0, 1560, 100, 0), read(archive, Trait.GO, Trait.RUST));
  }

  @Test
  void testsBesideWhatTheyTestAreNotCompiled() throws Exception {
    write("lib/url_test.cc", 7);
    write("lib/UrlTests.cpp", 7);
    write("lib/test_url.c", 7);
    write("lib/attested.c", 5);
    assertEquals(new SourceCode(4, 0, 65, 100, 0), read(packed("-z", "curl-8.tar.gz")));
  }

  @Test
  void filesThatIncludeTheLibraryOfCxxAreCounted() throws Exception {
    String include = "// A tool.\n#include <vector>\n";
    write("src/tool.CPP", include);
    write("src/url.cc", "#include <cstring>\n// not #include <vector>\n");
    write("lib/url.c", include);
    assertEquals(1, read(packed("-z", "curl-8.tar.gz")).cxxFiles());
    write("tests/all.h", include);
    assertEquals(1, read(packed("-z", "curl-8.tar.gz")).cxxFiles());
    write("include/url.hpp", include);
    assertEquals(2, read(packed("-z", "curl-8.tar.gz")).cxxFiles());
  }

  @Test
  void checksOfTheBuildSystemThatLeadsAreCounted() throws Exception {
    write(
        "CMakeLists.txt",
        "include(CheckIncludeFile)\n  check_include_file(stdint.h HAVE_STDINT_H)\n"
            + "CHECK_TYPE_SIZE( int SIZEOF_INT )\n# check_nothing()\n");
    write("cmake/more.cmake", "try_compile(WORKS ${dir} a.c)");
    write("tests/CMakeLists.txt", "check_symbol_exists(a b c)");
    write("meson.build", "cc = meson.get_compiler('c')\nif cc.has_header('stdint.h')\nendif\n");
    String archive = packed("-z", "curl-8.tar.gz");
    assertEquals(0, read(archive).checks());
    assertEquals(3, read(archive, Trait.CMAKE).checks());
    assertEquals(1, read(archive, Trait.MESON, Trait.CMAKE).checks());
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
                store.resolve(HASH + "missing").toString()),
            Set.of()));
  }
}

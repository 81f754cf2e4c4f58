package dev.crossplan.planner.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.instance.Trait;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Archives are written by tar itself. */
class SourceCodeTest {
  private static final String HASH = "0123456789abcdfghijklmnpqrsvwxyz-";
  private static final SourceCode CURL = new SourceCode(3, 60, 0, 35, false, false);

  private Path store;
  private Path folder;

  @BeforeEach
  void writeSources(@TempDir Path store) throws IOException {
    this.store = store;
    folder = store.resolve("curl-8");
    write("configure", "checking that\n".repeat(100));
    write("lib/configure", "echo checking this\n".repeat(40));
    write("lib/vendored/configure", "checking all\n");
    write("lib/url.c", 10);
    write("lib/url.h", 11);
    write("src/tool.CPP", 20);
    write("src/deep/main.f90", "print *, 'a;b'\n\n".repeat(30));
    write("tests/unit.c", 7);
    write("src/Tests/more.c", 7);
    write("docs/examples/get.c", 7);
    write("README", 7);
  }

  private void write(String name, int statements) throws IOException {
    write(name, "f();\n".repeat(statements));
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
  }

  private String packed(String option, String name) throws Exception {
    return packed(option, name, "curl-8");
  }

  private String packed(String option, String name, String top) throws Exception {
    return packed(option, name, store, top);
  }

  private String packed(String option, String name, Path in, String... all) throws Exception {
    Path archive = store.resolve(HASH + name);
    List<String> command = new ArrayList<>(List.of("tar", "-c", option));
    command.addAll(List.of("-f", archive.toString(), "-C", in.toString()));
    command.addAll(List.of(all));
    Process tar =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(store.resolve("tar.log").toFile())
            .start();
    assertTrue(tar.waitFor(1, TimeUnit.MINUTES));
    assertEquals(0, tar.exitValue());
    return archive.toString();
  }

  private static SourceCode read(String source, Trait... traits) {
    return SourceCode.of(List.of(source), Set.of(traits), List.of()).orElseThrow();
  }

  @Test
  void whatIsCompiledIsCountedInArchivesOfEachKind() throws Exception {
    assertEquals(CURL, read(packed("-z", "curl-8.tar.gz")));
    assertEquals(CURL, read(packed("-J", "curl-8.tar.xz")));
    assertEquals(CURL, read(packed("-j", "curl-8.tar.bz2")));
    assertEquals(CURL, read(packed("-v", "curl-8.tar")));
    assertEquals(CURL, read(packed("-v", "curl-8-dot.tar", "./curl-8")));
  }

  /** What is beside the one folder is none of the sources; without one, all are. */
  @Test
  void archivesMayHaveNoFolderOfTheirOwn() throws Exception {
    assertEquals(CURL, read(packed("-z", "curl-8.tar.gz", folder, ".")));
    Files.writeString(store.resolve("stray.c"), "f();\n");
    assertEquals(CURL, read(packed("-z", "curl-8.tar.gz", store, "stray.c", "curl-8")));
    Files.writeString(store.resolve("other.c"), "f();\nf();\n");
    assertEquals(
        new SourceCode(2, 3, 0, 0, false, false),
        read(packed("-z", "files.tar.gz", store, "stray.c", "other.c")));
  }

  @Test
  void namesThatLeadElsewhereArePassedOver() throws Exception {
    Path archive = store.resolve(HASH + "odd.tar");
    byte[] text = "f();\n".getBytes(StandardCharsets.US_ASCII);
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(archive))) {
      for (String name : List.of("a/x.c", "b/y.c", "/.", "/z.c", "../z.c", "b/../../z.c")) {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(text.length);
        out.putArchiveEntry(entry);
        out.write(text);
        out.closeArchiveEntry();
      }
    }
    assertEquals(new SourceCode(2, 2, 0, 0, false, false), read(archive.toString()));
  }

  @Test
  void aFolderIsAsGoodAsAnArchiveAndSeveralSourcesAddUp() throws Exception {
    String unpacked = Files.move(folder, store.resolve(HASH + "source")).toString();
    assertEquals(CURL, read(unpacked));
    assertEquals(
        Optional.of(new SourceCode(6, 120, 0, 70, false, false)),
        SourceCode.of(List.of(unpacked, "/nowhere", unpacked), Set.of(), List.of()));
  }

  /** As of libcap, which has bindings for Go. */
  @Test
  void whatNoCompilerIsThereForIsNotCompiled() throws Exception {
    write("go/url.go", 1000);
    write("rust/url.rs", 500);
    String archive = packed("-z", "curl-8.tar.gz");
    assertEquals(CURL, read(archive));
    assertEquals(new SourceCode(4, 1060, 0, 35, false, false), read(archive, Trait.GO));
    assertEquals(new SourceCode(5, 1560, 0, 35, false, false), read(archive, Trait.GO, Trait.RUST));
  }

  @Test
  void whatIsForTestsOrAnotherSystemIsNotCompiled() throws Exception {
    write("lib/url_test.cc", 7);
    write("lib/UrlTests.cpp", 7);
    write("lib/test_url.c", 7);
    write("lib/attested.c", 2);
    write("lib/latest.c", 3);
    write("lib/win.c", 1);
    write("src/win/url.c", 7);
    write("lib/url-win32.c", 7);
    write("lib/darwin.c", 7);
    write("src/MSVC/url.c", 7);
    write("lib/ARM/url.c", 7);
    write("lib/url_x86.c", 7);
    write("lib/neon/url.c", 7);
    write("lib/army.c", 3);
    write("lib/window.c", 5);
    assertEquals(new SourceCode(8, 74, 0, 35, false, false), read(packed("-z", "curl-8.tar.gz")));
  }

  /** As of libtasn1 and libconfig, which have make build their examples. */
  @Test
  void whatAutomakeIsToldIsCompiledAndNothingElse() throws Exception {
    write("Makefile.am", "SUBDIRS = lib tests\n");
    write("lib/Makefile.am", "lib_LTLIBRARIES = liburl.la\nliburl_la_SOURCES = url.c url.h\n");
    write("tests/Makefile.am", "noinst_PROGRAMS = unit\ncheck_PROGRAMS = more\n");
    write("tests/more.c", 9);
    write("lib/unused.c", 100);
    assertEquals(new SourceCode(4, 17, 0, 35, false, false), read(packed("-z", "curl-8.tar.gz")));
    write("configure", "--enable-static[=PKGS]  build static libraries [default=yes]\n");
    assertEquals(new SourceCode(6, 27, 0, 10, true, false), read(packed("-z", "curl-8.tar.gz")));
  }

  /** Once for each library and program; what is for tests by its name may be there for all. */
  @Test
  void whatCmakeIsToldIsCompiledAndNothingElse() throws Exception {
    write("lib/unused.c", "#include \"url.c\"\n");
    write(
        "CMakeLists.txt",
        "add_library(url SHARED lib/url.c)\nadd_library(urls STATIC lib/url.c)\n"
            + "add_executable(unit tests/unit.c)\nif(WITH_TOOL)\n"
            + "add_executable(tool src/tool.CPP)\nendif()\n");
    String archive = packed("-z", "curl-8.tar.gz");
    assertEquals(new SourceCode(6, 27, 0, 0, false, false), read(archive, Trait.CMAKE));
    assertEquals(
        Optional.of(new SourceCode(8, 47, 0, 0, false, false)),
        SourceCode.of(List.of(archive), Set.of(Trait.CMAKE), List.of("-DWITH_TOOL=ON")));
  }

  /** As of cjson, of which each test includes all. */
  @Test
  void whatIsIncludedIsCompiledWithEachThatIncludesIt() throws Exception {
    write("tests/common.h", "#include \"../lib/url.c\"\n");
    write("tests/unit.c", "#include \"common.h\"\nf();\n");
    write("tests/more.c", "#include \"common.h\"\n");
    assertEquals(CURL, read(packed("-z", "curl-8.tar.gz")));
    write(
        "CMakeLists.txt",
        "foreach(t unit more)\nadd_executable(${t} tests/${t}.c)\nendforeach()\n");
    assertEquals(
        new SourceCode(2 + 2, 10 + 10 + 1, 0, 0, false, false),
        read(packed("-z", "curl-8.tar.gz"), Trait.CMAKE));
    write("lib/all.c", "#include \"url.c\"\n");
    write("lib/again.c", "#include \"url.c\"\n");
    assertEquals(new SourceCode(4, 70, 0, 35, false, false), read(packed("-z", "curl-8.tar.gz")));
  }

  /** As of ffmpeg, where files in folders of processors include one of their own name. */
  @Test
  void whatIsIncludedIsLookedForBesideItFirst() throws Exception {
    write("lib/table.c", "#include \"deep/table.c\"\n");
    write("lib/deep/table.c", 9);
    assertEquals(69, read(packed("-z", "curl-8.tar.gz")).statements());
  }

  /** Lisp has files of the same names. */
  @Test
  void grammarsCountUnlessWhatIsMadeOfThemIsThere() throws Exception {
    write("lib/scan.l", "%{\n%}\n%%\na return 1;\n%%\n");
    write("lib/lists.l", "(defun f ()); %%\n");
    assertEquals(new SourceCode(4, 461, 0, 35, false, false), read(packed("-z", "curl-8.tar.gz")));
    write("lib/scan.c", 7);
    assertEquals(new SourceCode(4, 67, 0, 35, false, false), read(packed("-z", "curl-8.tar.gz")));
    write(
        "CMakeLists.txt",
        "flex_target(scanner lib/scan.l ${CMAKE_BINARY_DIR}/scan.c)\nadd_library(x ${FLEX_scanner_OUTPUTS})\n");
    assertEquals(401, read(packed("-z", "curl-8.tar.gz"), Trait.CMAKE).statements());
  }

  /** As of xxhash: what several files include is compiled once, and a little for each other one. */
  @Test
  void functionsInHeadersAreCompiledWithWhatIncludesThem() throws Exception {
    write("lib/all.h", "int f() {\n" + "g();\n".repeat(100) + "}\nint h(void);\n");
    write("lib/a.c", "#include \"all.h\"\n");
    assertEquals(160, read(packed("-z", "curl-8.tar.gz")).statements());
    write("lib/b.cc", "#include <lib/all.h>\n");
    assertEquals(168, read(packed("-z", "curl-8.tar.gz")).statements());
  }

  /** As of libev, which is one file to a compiler. */
  @Test
  void whatOthersIncludeIsCompiledWithThem() throws Exception {
    write("src/deep/poll.c", 9);
    write("lib/loop.c", "#include \"../src/deep/poll.c\"\nint loop;\n");
    write("tests/unit.c", "#include \"../lib/url.c\"\n");
    assertEquals(new SourceCode(4, 70, 0, 35, false, false), read(packed("-z", "curl-8.tar.gz")));
  }

  @Test
  void aNameThatIsThereTwiceSaysNotWhichIsIncluded() throws Exception {
    write("lib/main.c", 1);
    write("src/main.c", "#include \"parts/main.c\"\n");
    write("src/parts/main.c", 1);
    assertEquals(5, read(packed("-z", "curl-8.tar.gz")).files());
  }

  @Test
  void linksAreNotCompiledAgain() throws Exception {
    Files.createSymbolicLink(folder.resolve("lib/again.c"), Path.of("url.c"));
    Files.createSymbolicLink(folder.resolve("lib/gone.c"), Path.of("nowhere.c"));
    assertEquals(CURL, read(packed("-z", "curl-8.tar.gz")));
    assertEquals(CURL, read(Files.move(folder, store.resolve(HASH + "source")).toString()));
  }

  /** Neither the stack nor the time that it takes to read one may be without bounds. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void hostileSourcesAreRead() throws Exception {
    write("tests/Makefile.in", "check_PROGRAMS =" + " a \\\n".repeat(100_000));
    write("configure", "for ac_header in" + " a \\\n".repeat(100_000));
    write("configure.ac", "LT_INIT( ".repeat(200_000));
    write("CMakeLists.txt", "if(" + "(".repeat(200_000) + "a)\nfoo(${".repeat(50_000));
    write(
        "Makefile.am", "a = $(b)\nb = $(a) $(a)\nc_LIBRARIES = $(a)\n" + "if A\n".repeat(200_000));
    write("lib/hub.h", "#include <a>\n".repeat(300_000));
    write("lib/comments.c", "/*\n".repeat(2_000_000));
    write("lib/quotes.c", "\\'".repeat(1_000_000));
    write("lib/" + "a/".repeat(1_000) + "x.c", 1);
    for (int i = 0; i < 50; i++) {
      write("lib/hub" + i + ".cc", "#include \"hub.h\"\n");
    }
    String archive = packed("-z", "curl-8.tar.gz");
    assertEquals(55, read(archive).files());
    assertEquals(55, read(archive, Trait.CMAKE).files());
    assertEquals(55, read(archive, Trait.AUTORECONF).files());
  }

  /** Names of headers that are made of templates tell a folder of gnulib from others. */
  @Test
  void ofGnulibHalfIsCompiled() throws Exception {
    write("gl/stdint.in.h", 100);
    write("gl/a.c", 10);
    write("gl/b.c", 30);
    write("gl/more/c.c", 1);
    write("src/version.in.h", 1);
    assertEquals(new SourceCode(5, 81, 0, 35, false, false), read(packed("-z", "curl-8.tar.gz")));
  }

  @Test
  void headersThatFilesOfCxxReadAreCounted() throws Exception {
    write("src/tool.CPP", "#include \"url.hpp\"\n");
    write("src/url.cc", "#include <cstring>\n#  include <tool/url.hpp>\n");
    write("lib/url.c", "#include \"url.hpp\"\n");
    write("include/tool/url.hpp", "#pragma once\n\n// What is it?\nint url;\n");
    assertEquals(2 * 2, read(packed("-z", "curl-8.tar.gz")).headerLines());
    write("include/tool/url.hpp", "#include \"all.h\"\n#include <vector>\nint url;\n");
    write("include/all.h", "#include <tool/url.hpp>\n");
    assertEquals(2 * (3 + 1 + 12_031), read(packed("-z", "curl-8.tar.gz")).headerLines());
  }

  @Test
  void checksOfTheBuildSystemThatLeadsAreCounted() throws Exception {
    write(
        "CMakeLists.txt",
        "include(CheckIncludeFile)\ninclude(cmake/more.cmake)\n  check_include_file(stdint.h HAVE_STDINT_H)\n"
            + "CHECK_TYPE_SIZE( int SIZEOF_INT )\n# check_nothing()\n");
    write("cmake/more.cmake", "try_compile(WORKS ${dir} a.c)");
    write("tests/CMakeLists.txt", "check_symbol_exists(a b c)");
    write("CMakeLists.txt.old", "check_symbol_exists(a b c)");
    write("meson.build", "cc = meson.get_compiler('c')\nif cc.has_header('stdint.h')\nendif\n");
    write("configure.ac", "AC_INIT\nAC_CHECK_FUNCS([a b])\nAC_PROG_CC\n");
    String archive = packed("-z", "curl-8.tar.gz");
    assertEquals(35, read(archive).checks());
    assertEquals(3, read(archive, Trait.CMAKE).checks());
    assertEquals(1, read(archive, Trait.MESON, Trait.CMAKE).checks());
    assertEquals(47, read(archive, Trait.AUTORECONF).checks());
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
            Set.of(),
            List.of()));
  }
}

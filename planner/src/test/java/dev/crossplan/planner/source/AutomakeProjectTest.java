package dev.crossplan.planner.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMultiset;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Multiset;
import com.google.common.collect.Ordering;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutomakeProjectTest {
  private static final ImmutableSet<Path> SOURCES =
      ImmutableSet.of(
          Path.of("a.c"),
          Path.of("b.c"),
          Path.of("parse.c"),
          Path.of("src/c.c"),
          Path.of("src/d.cc"),
          Path.of("src/deep/e.c"));

  private final Map<Path, String> files = new HashMap<>();

  private String compiled(String text) {
    return compiled(text, false);
  }

  /** Names of what is compiled, as often as it is, in order. */
  private String compiled(String text, boolean isTwice) {
    files.put(Path.of("Makefile.am"), text);
    Multiset<Path> compiled = AutomakeProject.built(files, SOURCES, isTwice).compiled();
    return String.join(
        " ", Ordering.natural().sortedCopy(compiled).stream().map(Path::toString).toList());
  }

  @Test
  void targetsThatAreBuiltCompileTheirSources() {
    assertEquals("a.c b.c", compiled("bin_PROGRAMS = x\nx_SOURCES = a.c \\\n\tb.c x.h\n"));
    assertEquals("a.c", compiled("noinst_LIBRARIES = lib-x.a\nlib_x_a_SOURCES = a.c\n"));
    assertEquals(
        "a.c b.c",
        compiled("pkglib_LTLIBRARIES = x.la\nx_la_SOURCES = a.c\nnodist_x_la_SOURCES=b.c"));
    assertEquals(
        "", compiled("check_PROGRAMS = x\nEXTRA_PROGRAMS = y\nx_SOURCES = a.c\ny_SOURCES = a.c"));
    assertEquals("", compiled("EXTRA_DIST = a.c\n# bin_PROGRAMS = b\n"));
    assertEquals("", compiled("x_SOURCES = a.c\n"));
  }

  @Test
  void whatIsMadeOfSourcesIsLinked() {
    String text =
        "bin_PROGRAMS = x\nx_SOURCES = a.c\nlib_LTLIBRARIES = y.la z.la\ny_la_SOURCES = a.c\n";
    compiled(text);
    assertEquals(2, AutomakeProject.built(files, SOURCES, false).links());
    assertEquals(1 + 2, AutomakeProject.built(files, SOURCES, true).links());
  }

  /** Where an archive has what grammars are made into, else the grammar itself. */
  @Test
  void grammarsAreCompiledOnce() {
    files.put(Path.of("Makefile.am"), "bin_PROGRAMS = x\nx_SOURCES = parse.y\n");
    ImmutableSet<Path> both = ImmutableSet.of(Path.of("parse.y"), Path.of("parse.c"));
    assertEquals(
        ImmutableMultiset.of(Path.of("parse.c")),
        AutomakeProject.built(files, both, false).compiled());
    ImmutableSet<Path> others = ImmutableSet.of(Path.of("parse.y"), Path.of("scan.l"));
    assertEquals(
        ImmutableMultiset.of(Path.of("parse.y")),
        AutomakeProject.built(files, others, false).compiled());
  }

  @Test
  void aTargetThatNamesNoneHasOneOfItsName() {
    assertEquals("a.c b.c", compiled("bin_PROGRAMS = a\nlib_LTLIBRARIES = b.la\n"));
    assertEquals("", compiled("bin_PROGRAMS = a\na_SOURCES =\n"));
  }

  @Test
  void objectsAreMadeOnceUnlessFlagsTellThemApart() {
    String text = "bin_PROGRAMS = x y\nx_SOURCES = a.c\ny_SOURCES = a.c b.c\n";
    assertEquals("a.c b.c", compiled(text));
    assertEquals("a.c a.c b.c", compiled(text + "y_CPPFLAGS = -DY\n"));
    assertEquals(
        "a.c a.c b.c",
        compiled(
            "lib_LTLIBRARIES = x.la\nx_la_SOURCES = a.c\nbin_PROGRAMS = y\ny_SOURCES = a.c b.c"));
  }

  @Test
  void libtoolMakesTwoOfEach() {
    String text = "lib_LTLIBRARIES = x.la\nx_la_SOURCES = a.c\nbin_PROGRAMS = y\ny_SOURCES = b.c\n";
    assertEquals("a.c a.c b.c", compiled(text, true));
  }

  @Test
  void variablesHoldWhatTheyReferTo() {
    assertEquals(
        "a.c b.c src/c.c",
        compiled(
            "all = $(some) ${more} @OBJECTS@ $(missing)\nsome = a.c\nmore = b.c\nmore += $(top_srcdir)/src/c.c\n"
                + "  bin_PROGRAMS = x$(EXEEXT)\nx_SOURCES = $(all)\n"));
    assertEquals("", compiled("x_SOURCES = $(x_SOURCES)\nbin_PROGRAMS = x\n"));
  }

  @Test
  void whatAutomakeReadsBesidesIsUnderstood() {
    assertEquals("a.c", compiled("bin_PROGRAMS = x # y\nx_SOURCES := a.c # not b.c\n"));
    assertEquals("a.c b.c", compiled("bin_PROGRAMS = x\r\nx_SOURCES = a.c \\\r\n b.c\r\n"));
    assertEquals("a.c", compiled("lib_LTLIBRARIES = libx-@V@.la\nlibx_@V@_la_SOURCES = a.c\n"));
    assertEquals(
        "b.c",
        compiled("if WINDOWS\nifdef X\nendif\nbin_PROGRAMS = a\nendif\nbin_PROGRAMS += b\n"));
    files.put(
        Path.of("src/local.mk"),
        "bin_PROGRAMS += %D%/x\n%C%_x_SOURCES = %D%/c.c %reldir%/deep/e.c\n");
    assertEquals("a.c src/c.c src/deep/e.c", compiled("bin_PROGRAMS = a\ninclude src/local.mk\n"));
    files.put(Path.of("local.mk"), "bin_PROGRAMS += %C%x\n%C%x_SOURCES = %D%/b.c\n");
    assertEquals("b.c", compiled("include $(srcdir)/local.mk\n"));
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void hostileFilesEndInTime() {
    assertEquals("", compiled("a\n".repeat(1_000_000) + "include Makefile.am\n"));
    String references = "a = " + "$(b)".repeat(100_000) + "\nb = " + "$(c)".repeat(100_000);
    assertEquals("", compiled(references + "\nbin_PROGRAMS = $(a)\n"));
    files.put(Path.of("b.mk"), "a\n".repeat(1_000_000));
    assertEquals("", compiled("include b.mk\n".repeat(1_000)));
  }

  @Test
  void foldersAndFilesAreThoseOfTheSources() {
    files.put(
        Path.of("src/Makefile.am"),
        "include $(srcdir)/deep/more.mk\nbin_PROGRAMS = c\nc_SOURCES = $(srcdir)/c.c ../b.c $(ALL)\n");
    files.put(Path.of("src/deep/more.mk"), "ALL = deep/e.c\n");
    files.put(Path.of("other/Makefile.am"), "bin_PROGRAMS = d\nd_SOURCES = ../src/d.cc\n");
    assertEquals(
        "a.c b.c src/c.c src/deep/e.c",
        compiled("SUBDIRS = . src ../out /etc $(missing)\nbin_PROGRAMS = a\n"));
    assertEquals("", compiled("DIST_SUBDIRS = src\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "HAVE_THREADS, a.c",
    "WINDOWS, b.c",
    "HAVE_WIN32, b.c",
    "BUILD_EXAMPLES, b.c",
    "LITE_MODE, b.c",
    "! LITE_MODE, a.c",
    "!HAVE_THREADS, b.c",
    "!WINDOWS # elsewhere, a.c"
  })
  void namesOfConditionsSayWhetherTheyAreMet(String condition, String compiled) {
    assertEquals(
        compiled,
        compiled("if " + condition + "\nx = a\nelse\nx = b\nendif\nbin_PROGRAMS = $(x)\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "HAVE_THREADS, a.c b.c",
    "LITE_MODE, a.c b.c",
    "!LITE_MODE, a.c b.c",
    "!HAVE_THREADS, a.c",
    "WITH_TESTS, a.c",
    "!WITH_TESTS, a.c b.c"
  })
  void whatIsOnConditionAloneIsMostlyBuilt(String condition, String compiled) {
    assertEquals(
        compiled,
        compiled(
            "bin_PROGRAMS = a\nif "
                + condition
                + "\nbin_PROGRAMS += b\nendif "
                + condition
                + "\n"));
  }

  /** As of libunwind, which has a list for each processor. */
  @Test
  void ofListsOnDifferentConditionsAllCount() {
    assertEquals(
        "a.c b.c",
        compiled(
            "if ONE\nx_SOURCES = a.c\nendif\nif OTHER\nx_SOURCES = b.c\nendif\nbin_PROGRAMS = x\n"));
  }

  @Test
  void whatIsNoMakefileTellsNothing() {
    assertTrue(AutomakeProject.built(Map.of(), SOURCES, false).compiled().isEmpty());
    assertEquals("", compiled("endif\nelse\nif\n= x\n\0\n"));
  }
}

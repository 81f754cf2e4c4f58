package dev.crossplan.planner.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.instance.Trait;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
  private static final Splitter WORDS = Splitter.on(' ');

  private static Configuration read(String text, Trait... traits) {
    Configuration configuration = Configuration.of(Set.of(traits));
    configuration.add(Path.of("configure"), text);
    return configuration;
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "'checking a\nchecking b\nchecking c\nchecking d', 1",
    "'  ac_fn_c_check_func \"$LINENO\" \"poll\" \"ac_cv_poll\"\n# ac_fn_c_try \"$LINENO\"', 1",
    "'ac_fn_c_check_func ()\n{', 0",
    "'for ac_header in a.h b.h \\\n  c.h\ndo', 6"
  })
  void aScriptChecksWhatItTriesOut(String text, long checks) {
    assertEquals(checks, read(text).checks());
  }

  @ParameterizedTest
  @CsvSource({
    "'noinst_PROGRAMS = a$(EXEEXT) \\\n\tb$(EXEEXT)\n', a b, ''",
    "'check_PROGRAMS = a$(EXEEXT) c$(EXEEXT)\n', '', a c",
    "'check_PROGRAMS = c\nnoinst_PROGRAMS = a $(check_PROGRAMS)\n', a c, ''",
    "'@TESTS_TRUE@noinst_PROGRAMS = a\nbin_PROGRAMS = b', '', ''"
  })
  void aMakefileTellsWhatIsBuiltForTestsAlone(String text, String built, String left) {
    Configuration script = Configuration.of(Set.of());
    script.add(Path.of("src/Makefile.in"), text);
    for (String name : ImmutableSet.of("a", "b", "c")) {
      Path program = Path.of("src", name);
      assertEquals(WORDS.splitToList(built).contains(name), script.builds(program, true), name);
      assertEquals(!WORDS.splitToList(left).contains(name), script.builds(program, false), name);
      assertFalse(script.builds(Path.of(name), true));
      assertTrue(script.builds(Path.of(name), false));
    }
    assertEquals(4, script.checks());
  }

  @Test
  void whatLeadsTheBuildIsReadAndNothingElse() {
    Path script = Path.of("configure");
    assertTrue(Configuration.of(Set.of()).has(script));
    assertTrue(Configuration.of(Set.of()).has(Path.of("src/configure")));
    assertFalse(Configuration.of(Set.of()).has(Path.of("vendor/zlib/configure")));
    assertFalse(Configuration.of(Set.of(Trait.CMAKE)).has(script));
    assertFalse(Configuration.of(Set.of(Trait.AUTORECONF)).has(script));
    assertTrue(Configuration.of(Set.of(Trait.AUTORECONF)).has(Path.of("configure.in")));
    assertTrue(Configuration.of(Set.of(Trait.CMAKE)).has(Path.of("cmake/Find.cmake")));
  }

  /** The help of the script tells what libtool does where nobody says otherwise. */
  @ParameterizedTest
  @CsvSource({"yes, true", "no, false"})
  void aScriptWithLibtoolBuildsAsItsHelpSays(String standard, boolean isTwice) {
    Configuration script =
        read("  --enable-static[=PKGS]  build static libraries [default=" + standard + "]\n");
    assertTrue(script.isByLibtool());
    assertEquals(isTwice, script.isTwice());
    assertFalse(read("checking for gcc").isByLibtool());
  }

  @ParameterizedTest
  @CsvSource({
    "AC_PROG_CC, 76, false, false",
    "LT_INIT, 150, true, true",
    "'LT_INIT([win32-dll\n  disable-static])', 150, true, false",
    "'AC_DISABLE_STATIC\nAC_PROG_LIBTOOL', 151, true, false",
    "'LT_INIT([disable-shared])', 150, true, false",
    "'LT_INIT\nAC_ARG_WITH([x], [see disable-static])', 150, true, true",
    "'dnl LT_INIT\n# AC_CHECK_FUNC(a)', 75, false, false"
  })
  void libtoolIsSetUpByMacros(String text, long checks, boolean isByLibtool, boolean isTwice) {
    Configuration autoconf = read(text, Trait.AUTORECONF);
    assertEquals(checks, autoconf.checks());
    assertEquals(isByLibtool, autoconf.isByLibtool());
    assertEquals(isTwice, autoconf.isTwice());
  }

  @ParameterizedTest
  @CsvSource({
    "'add_library(a a.c)', false",
    "'add_library(a SHARED a.c)', false",
    "'add_library(a SHARED a.c)\nadd_library(b\n  static a.c)', true",
    "'add_library(a STATIC a.c)\nadd_library(b SHARED IMPORTED)', false",
    "'add_library(a SHARED a.c)\nadd_library(b STATIC a.c)\noption(A_STATIC \"\" OFF)', false",
    "'option(BUILD_STATIC_LIBS \"Both\" ON)', true",
    "'option(BUILD_STATIC_LIBS \"\" ON)\noption(BUILD_SHARED_LIBS \"\" off)', false",
    "'option(BUILD_SHARED_LIBS \"One\" ON)', false",
    "'option(BUILD_STATIC_LIBS \"\" ON)\noption(STATIC_CRT \"\" OFF)', true",
    "'# add_library(a SHARED a.c)\nadd_library(b STATIC a.c)', false"
  })
  void librariesOfCmake(String text, boolean isTwice) {
    assertEquals(isTwice, read(text, Trait.CMAKE).isTwice());
    assertFalse(read(text, Trait.CMAKE).isByLibtool());
  }
}

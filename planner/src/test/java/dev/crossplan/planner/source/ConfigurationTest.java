package dev.crossplan.planner.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.instance.Trait;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
  private static Configuration.Outcome read(String text, Trait... traits) {
    Configuration configuration = Configuration.of(Set.of(traits), List.of());
    configuration.add(Path.of("configure"), text);
    return configuration.outcome(ImmutableSet.of());
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

  @Test
  void whatLeadsTheBuildIsReadAndNothingElse() {
    Path script = Path.of("configure");
    assertTrue(Configuration.of(Set.of(), List.of()).has(script));
    assertTrue(Configuration.of(Set.of(), List.of()).has(Path.of("src/configure")));
    assertFalse(Configuration.of(Set.of(), List.of()).has(Path.of("vendor/zlib/configure")));
    assertFalse(Configuration.of(Set.of(Trait.CMAKE), List.of()).has(script));
    assertFalse(Configuration.of(Set.of(Trait.AUTORECONF), List.of()).has(script));
    assertTrue(Configuration.of(Set.of(Trait.AUTORECONF), List.of()).has(Path.of("configure.in")));
    assertTrue(Configuration.of(Set.of(Trait.CMAKE), List.of()).has(Path.of("cmake/Find.cmake")));
    assertTrue(Configuration.of(Set.of(), List.of()).has(Path.of("src/Makefile.in")));
    assertTrue(Configuration.of(Set.of(), List.of()).has(Path.of("tests/Makefile.am")));
    assertTrue(Configuration.of(Set.of(Trait.AUTORECONF), List.of()).has(Path.of("lib/gnulib.mk")));
    assertFalse(Configuration.of(Set.of(), List.of()).has(Path.of("tests/configure")));
    Configuration meson = Configuration.of(Set.of(Trait.MESON), List.of());
    assertTrue(meson.has(Path.of("tests/meson.build")));
    assertTrue(meson.has(Path.of("meson.options")));
    assertTrue(meson.has(Path.of("build/meson_options.txt")));
    assertFalse(meson.has(Path.of("meson.txt")));
    assertFalse(meson.has(Path.of("CMakeLists.txt")));
  }

  /** The help of the script tells what libtool does where nobody says otherwise. */
  @ParameterizedTest
  @CsvSource({"yes, true", "no, false"})
  void aScriptWithLibtoolBuildsAsItsHelpSays(String standard, boolean isTwice) {
    Configuration.Outcome script =
        read("  --enable-static[=PKGS]  build static libraries [default=" + standard + "]\n");
    assertTrue(script.isByLibtool());
    assertEquals(isTwice, script.isTwice());
    assertFalse(read("checking for gcc").isByLibtool());
  }

  @ParameterizedTest
  @CsvSource({
    "AC_PROG_CC, 46, false, false",
    "LT_INIT, 115, true, true",
    "'LT_INIT([win32-dll\n  disable-static])', 115, true, false",
    "'AC_DISABLE_STATIC\nAC_PROG_LIBTOOL', 116, true, false",
    "'LT_INIT([disable-shared])', 115, true, false",
    "'LT_INIT\nAC_ARG_WITH([x], [see disable-static])', 115, true, true",
    "'dnl LT_INIT\n# AC_CHECK_FUNC(a)', 45, false, false"
  })
  void libtoolIsSetUpByMacros(String text, long checks, boolean isByLibtool, boolean isTwice) {
    Configuration.Outcome autoconf = read(text, Trait.AUTORECONF);
    assertEquals(checks, autoconf.checks());
    assertEquals(isByLibtool, autoconf.isByLibtool());
    assertEquals(isTwice, autoconf.isTwice());
  }
}

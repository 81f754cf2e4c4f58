package dev.crossplan.planner.source;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.io.MoreFiles;
import dev.crossplan.planner.instance.Trait;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is said in the sources of how they are configured, as far as the build goes by it. */
final class Configuration {
  /** Of a configure script that says what it is at; mostly it knows the answer. */
  private static final Pattern MESSAGE = Pattern.compile("checking ");

  private static final double CHECKS_A_MESSAGE = 0.25;

  /** A configure script tries out a compiler. */
  private static final Pattern TRIAL =
      Pattern.compile("^[^#\\n]*\\bac_fn_\\w+ \"\\$LINENO\"", Pattern.MULTILINE);

  /** The same for each of some headers or functions, both to compile it and otherwise. */
  private static final Pattern LOOP =
      Pattern.compile("^[ \\t]*for ac_(?:func|header) in((?:.*\\\\\\n)*+.*)$", Pattern.MULTILINE);

  private static final double CHECKS_A_TURN = 2;

  /** To make the Makefile of a folder, which a configure script does in the end. */
  private static final double CHECKS_A_MAKEFILE = 4;

  private static final Splitter WORDS =
      Splitter.on(CharMatcher.anyOf(" \t\n\\")).omitEmptyStrings();

  /** Of a script, if it sets up libtool. */
  private static final Pattern STATIC_LIBRARIES =
      Pattern.compile("--enable-static\\[=PKGS]\\s+build static libraries\\s+\\[default=(yes|no)]");

  /** {@code AC_CHECK_FUNCS(…)} and the like. */
  private static final Pattern CHECK_OF_AUTOCONF =
      Pattern.compile(
          "\\b(?:AC|AM|AX|PKG|gl)_\\w*"
              + "(?:CHECK|COMPILE|FUNC|HEADER|LINK|PROG|RUN|SEARCH|TRY|TYPE)");

  private static final Pattern COMMENT_OF_AUTOCONF =
      Pattern.compile("^[ \\t]*(?:dnl\\b|#).*$", Pattern.MULTILINE);

  private static final Pattern LIBTOOL = Pattern.compile("\\b(?:LT_INIT|AC_PROG_LIBTOOL)\\b");

  private static final Pattern ONE_LIBRARY =
      Pattern.compile(
          "\\bLT_INIT\\s*\\([^)]{0,500}\\bdisable-(?:shared|static)\\b"
              + "|\\bAC_DISABLE_(?:SHARED|STATIC)\\b");

  /** Those of a script that is made of a {@code configure.ac} which asks nothing. */
  private static final int CHECKS_OF_AUTOCONF = 75;

  /** The same with libtool. */
  private static final int CHECKS_WITH_LIBTOOL = 150;

  /** {@code check_include_file(…)}. */
  private static final Pattern CHECK_OF_CMAKE =
      Pattern.compile(
          "^[ \\t]*(?:check_\\w+|try_compile|try_run)[ \\t]*\\(",
          Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  private static final Pattern LIBRARY_OF_CMAKE =
      Pattern.compile(
          "^[ \\t]*add_library\\s*\\(\\s*[^\\s()]{1,200}\\s+(STATIC|SHARED)\\b(?!\\s+IMPORTED)",
          Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  /** Whether there is to be a library of a kind. */
  private static final Pattern OPTION_OF_CMAKE =
      Pattern.compile(
          "^[ \\t]*option\\s*\\(\\s*(?!\\w{0,100}(?:CRT|RUNTIME))"
              + "\\w{0,100}?(SHARED|STATIC)\\w{0,100}\\s+\"[^\"]{0,500}\"\\s+(ON|OFF)\\b",
          Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  /** {@code compiler.has_function(…)}. */
  private static final Pattern CHECK_OF_MESON =
      Pattern.compile(
          "\\.(?:has_\\w+|check_header|compiles|links|sizeof|alignment"
              + "|get_supported_\\w+|first_supported_\\w+)[ \\t]*\\(");

  /** Of an automake Makefile, what it builds besides what it installs, and what only tests need. */
  private static final Pattern PROGRAMS =
      Pattern.compile("^(noinst|check)_PROGRAMS =((?:.*\\\\\\n)*+.*)$", Pattern.MULTILINE);

  private static final String TESTS_AS_WELL = "$(check_PROGRAMS)";

  private final Lead lead;
  private final Set<Path> built = new HashSet<>();
  private final Set<Path> onlyForTests = new HashSet<>();
  private double checks;
  private boolean isByLibtool;
  private boolean isOneOff;
  private boolean isStaticOn;
  private boolean hasStatic;
  private boolean hasShared;

  private enum Lead {
    SCRIPT,
    AUTOCONF,
    CMAKE,
    MESON
  }

  Configuration(Set<Trait> traits) {
    if (traits.contains(Trait.MESON)) {
      lead = Lead.MESON;
    } else if (traits.contains(Trait.CMAKE)) {
      lead = Lead.CMAKE;
    } else {
      lead = traits.contains(Trait.AUTORECONF) ? Lead.AUTOCONF : Lead.SCRIPT;
    }
  }

  /**
   * Whether a file says something.
   *
   * @param path below the top of the sources
   */
  boolean has(Path path) {
    String name = path.getFileName().toString();
    return switch (lead) {
      case SCRIPT ->
          name.equals("Makefile.in") || (name.equals("configure") && path.getNameCount() <= 2);
      case AUTOCONF -> name.matches("configure\\.(ac|in)") && path.getNameCount() == 1;
      case CMAKE ->
          name.equals("CMakeLists.txt") || MoreFiles.getFileExtension(path).equals("cmake");
      case MESON -> name.equals("meson.build");
    };
  }

  /** Adds a file that says something. */
  void add(Path path, String text) {
    switch (lead) {
      case SCRIPT -> {
        if (path.endsWith("configure")) {
          addScript(text);
        } else {
          addMakefile(path, text);
        }
      }
      case AUTOCONF -> addAutoconf(text);
      case CMAKE -> addCmake(text);
      case MESON -> checks += count(CHECK_OF_MESON, text);
    }
  }

  private void addScript(String text) {
    checks +=
        CHECKS_A_MESSAGE * count(MESSAGE, text)
            + count(TRIAL, text)
            + CHECKS_A_TURN
                * LOOP.matcher(text)
                    .results()
                    .mapToLong(loop -> WORDS.splitToStream(loop.group(1)).count())
                    .sum();
    Matcher libraries = STATIC_LIBRARIES.matcher(text);
    if (libraries.find()) {
      isByLibtool = true;
      isOneOff |= libraries.group(1).equals("no");
    }
  }

  private void addMakefile(Path path, String text) {
    checks += CHECKS_A_MAKEFILE;
    Map<String, List<String>> byKind =
        PROGRAMS
            .matcher(text)
            .results()
            .collect(
                Collectors.toMap(
                    kind -> kind.group(1),
                    kind -> WORDS.splitToList(kind.group(2)),
                    (first, second) -> first));
    List<String> notInstalled = byKind.getOrDefault("noinst", ImmutableList.of());
    List<String> checking = byKind.getOrDefault("check", ImmutableList.of());
    addPrograms(path, notInstalled, built);
    addPrograms(path, checking, notInstalled.contains(TESTS_AS_WELL) ? built : onlyForTests);
  }

  private static void addPrograms(Path makefile, List<String> names, Set<Path> programs) {
    names.forEach(name -> programs.add(makefile.resolveSibling(name.replace("$(EXEEXT)", ""))));
  }

  private void addAutoconf(String withComments) {
    String text = COMMENT_OF_AUTOCONF.matcher(withComments).replaceAll("");
    isByLibtool |= LIBTOOL.matcher(text).find();
    isOneOff |= ONE_LIBRARY.matcher(text).find();
    checks +=
        count(CHECK_OF_AUTOCONF, text) + (isByLibtool ? CHECKS_WITH_LIBTOOL : CHECKS_OF_AUTOCONF);
  }

  private void addCmake(String text) {
    checks += count(CHECK_OF_CMAKE, text);
    LIBRARY_OF_CMAKE
        .matcher(text)
        .results()
        .map(library -> word(library, 1))
        .forEach(
            kind -> {
              hasStatic |= kind.equals("STATIC");
              hasShared |= kind.equals("SHARED");
            });
    OPTION_OF_CMAKE
        .matcher(text)
        .results()
        .forEach(
            option -> {
              boolean isOn = word(option, 2).equals("ON");
              isStaticOn |= isOn && word(option, 1).equals("STATIC");
              isOneOff |= !isOn;
            });
  }

  private static String word(MatchResult match, int group) {
    return match.group(group).toUpperCase(Locale.ROOT);
  }

  private static long count(Pattern pattern, String text) {
    return pattern.matcher(text).results().count();
  }

  /**
   * Whether a program is built before anybody asks for tests.
   *
   * @param isOfTests whether it seems to be one
   */
  boolean builds(Path program, boolean isOfTests) {
    return built.contains(program) || !(isOfTests || onlyForTests.contains(program));
  }

  /** How many checks are made: trials of a compiler, and as much else as takes as long. */
  long checks() {
    return Math.round(checks);
  }

  /** Whether libtool starts the compilers. */
  boolean isByLibtool() {
    return isByLibtool;
  }

  /** Whether there are a shared library and a static one, which no compiled file is for both of. */
  boolean isTwice() {
    return isByLibtool ? !isOneOff : !isOneOff && (isStaticOn || (hasStatic && hasShared));
  }
}

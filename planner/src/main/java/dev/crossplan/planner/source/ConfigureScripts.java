package dev.crossplan.planner.source;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Configure scripts that autoconf has made, and what automake has made for them to fill in. */
final class ConfigureScripts implements Configuration {
  /** Of a script that says what it is at; mostly it knows the answer. */
  private static final Pattern MESSAGE = Pattern.compile("checking ");

  private static final double CHECKS_A_MESSAGE = 0.25;

  /** Of a compiler, by one of the script's functions. */
  private static final Pattern TRIAL =
      Pattern.compile("^[^#\\n]*\\bac_fn_\\w+ \"\\$LINENO\"", Pattern.MULTILINE);

  /** The same for each of some headers or functions, both to compile it and otherwise. */
  private static final Pattern LOOP =
      Pattern.compile("^[ \\t]*for ac_(?:func|header) in((?:.*\\\\\\n)*+.*)$", Pattern.MULTILINE);

  private static final double CHECKS_A_TURN = 2;

  /** To make one, which the script does in the end. */
  private static final double CHECKS_A_MAKEFILE = 4;

  /** In the help of a script that sets up libtool. */
  private static final Pattern STATIC_LIBRARIES =
      Pattern.compile("--enable-static\\[=PKGS]\\s+build static libraries\\s+\\[default=(yes|no)]");

  /** What is built besides what is installed, and what only tests need. */
  private static final Pattern PROGRAMS =
      Pattern.compile("^(noinst|check)_PROGRAMS =((?:.*\\\\\\n)*+.*)$", Pattern.MULTILINE);

  private static final String TESTS_AS_WELL = "$(check_PROGRAMS)";

  private static final Splitter WORDS =
      Splitter.on(CharMatcher.anyOf(" \t\n\\")).omitEmptyStrings();

  private final Set<Path> built = new HashSet<>();
  private final Set<Path> onlyForTests = new HashSet<>();
  private final Libtool libtool = new Libtool();
  private double checks;

  @Override
  public boolean has(Path path) {
    return path.endsWith("Makefile.in") || (path.endsWith("configure") && path.getNameCount() <= 2);
  }

  @Override
  public void add(Path path, String text) {
    if (path.endsWith("configure")) {
      addScript(text);
    } else {
      addMakefile(path, text);
    }
  }

  private void addScript(String text) {
    long turns =
        LOOP.matcher(text)
            .results()
            .mapToLong(loop -> WORDS.splitToStream(loop.group(1)).count())
            .sum();
    checks +=
        CHECKS_A_MESSAGE * Configuration.count(MESSAGE, text)
            + Configuration.count(TRIAL, text)
            + CHECKS_A_TURN * turns;
    Matcher libraries = STATIC_LIBRARIES.matcher(text);
    if (libraries.find()) {
      libtool.add(libraries.group(1).equals("no"));
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

  @Override
  public long checks() {
    return Math.round(checks);
  }

  @Override
  public boolean isByLibtool() {
    return libtool.isThere();
  }

  @Override
  public boolean isTwice() {
    return libtool.isTwice();
  }

  @Override
  public boolean builds(Path program, boolean isOfTests) {
    return built.contains(program) || !(isOfTests || onlyForTests.contains(program));
  }
}

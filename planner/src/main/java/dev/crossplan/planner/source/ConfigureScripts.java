package dev.crossplan.planner.source;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  private static final Splitter WORDS =
      Splitter.on(CharMatcher.anyOf(" \t\n\\")).omitEmptyStrings();

  private final AutomakeFiles automake = new AutomakeFiles();
  private final Libtool libtool = new Libtool();
  private double checks;

  @Override
  public boolean has(Path path) {
    boolean isScript =
        path.endsWith("configure") && path.getNameCount() <= 2 && !SourcePaths.isOfTests(path);
    return isScript || path.endsWith("Makefile.in") || automake.has(path);
  }

  @Override
  public void add(Path path, String text) {
    if (automake.has(path)) {
      automake.add(path, text);
    } else if (path.endsWith("configure")) {
      addScript(text);
    } else {
      checks += CHECKS_A_MAKEFILE;
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

  @Override
  public Outcome outcome(ImmutableSet<Path> sources) {
    return automake.outcome(sources, libtool, Math.round(checks));
  }
}

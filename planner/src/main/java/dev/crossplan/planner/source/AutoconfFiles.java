package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableSet;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What a configure script is made of, by a build that makes it. */
final class AutoconfFiles implements Configuration {
  private static final Pattern NAME = Pattern.compile("configure\\.(?:ac|in)");

  private static final Pattern COMMENT =
      Pattern.compile("^[ \\t]*(?:dnl\\b|#).*$", Pattern.MULTILINE);

  /** {@code AC_CHECK_FUNCS(…)} and the like. */
  private static final Pattern CHECK =
      Pattern.compile(
          "\\b(?:AC|AM|AX|PKG|gl)_\\w*"
              + "(?:CHECK|COMPILE|FUNC|HEADER|LINK|PROG|RUN|SEARCH|TRY|TYPE)");

  private static final Pattern LIBTOOL = Pattern.compile("\\b(?:LT_INIT|AC_PROG_LIBTOOL)\\b");

  private static final Pattern ONE_LIBRARY =
      Pattern.compile(
          "\\bLT_INIT\\s*\\([^)]{0,500}\\bdisable-(?:shared|static)\\b"
              + "|\\bAC_DISABLE_(?:SHARED|STATIC)\\b");

  /** Those of a script that is made of a file which asks nothing. */
  private static final int CHECKS_OF_SCRIPT = 45;

  /** The same with libtool. */
  private static final int CHECKS_WITH_LIBTOOL = 115;

  private final AutomakeFiles automake = new AutomakeFiles();
  private final Libtool libtool = new Libtool();
  private long checks;
  private boolean hasScript;

  @Override
  public boolean has(Path path) {
    return automake.has(path)
        || (path.getNameCount() == 1 && NAME.matcher(path.toString()).matches());
  }

  @Override
  public void add(Path path, String text) {
    if (automake.has(path)) {
      automake.add(path, text);
    } else {
      addScript(COMMENT.matcher(text).replaceAll(""));
    }
  }

  /**
   * Adds what a configure script is made of.
   *
   * @param text without comments
   */
  private void addScript(String text) {
    if (LIBTOOL.matcher(text).find()) {
      libtool.add(ONE_LIBRARY.matcher(text).find());
    }
    checks += Configuration.count(CHECK, text);
    hasScript = true;
  }

  @Override
  public Outcome outcome(ImmutableSet<Path> sources) {
    return automake.outcome(sources, libtool, checks());
  }

  private long checks() {
    if (!hasScript) {
      return 0;
    }
    return checks + (libtool.isThere() ? CHECKS_WITH_LIBTOOL : CHECKS_OF_SCRIPT);
  }
}

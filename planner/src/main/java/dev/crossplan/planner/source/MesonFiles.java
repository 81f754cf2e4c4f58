package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableSet;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** What Meson is told. */
final class MesonFiles implements Configuration {
  /** {@code compiler.has_function(…)}. */
  private static final Pattern CHECK =
      Pattern.compile(
          "\\.(?:has_\\w+|check_header|compiles|links|sizeof|alignment"
              + "|get_supported_\\w+|first_supported_\\w+)[ \\t]*\\(");

  private long checks;

  @Override
  public boolean has(Path path) {
    return path.endsWith("meson.build") && !SourcePaths.isOfTests(path);
  }

  @Override
  public void add(Path path, String text) {
    checks += Configuration.count(CHECK, text);
  }

  @Override
  public Outcome outcome(ImmutableSet<Path> sources) {
    return new Outcome(Optional.empty(), checks, false, false);
  }
}

package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableSet;
import com.google.common.io.MoreFiles;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What automake is told, whether its Makefiles are there already or are made by the build. */
final class AutomakeFiles {
  private final Map<Path, String> files = new HashMap<>();
  private final Budget kept = new Budget(Configuration.MOST_KEPT);

  /** Whether it is one, or one that others include. */
  boolean has(Path path) {
    String extension = MoreFiles.getFileExtension(path);
    return extension.equals("am")
        || extension.equals("mk")
        || (path.getFileName().toString().startsWith("Makefile") && !extension.equals("in"));
  }

  void add(Path path, String text) {
    if (kept.take(text.length())) {
      files.put(path, text);
    }
  }

  /** What it comes to with a configure script that makes so many checks, and with libtool. */
  Configuration.Outcome outcome(ImmutableSet<Path> sources, Libtool libtool, long checks) {
    AutomakeProject.Built built = AutomakeProject.built(files, sources, libtool.isTwice());
    boolean isSaid = !built.compiled().isEmpty();
    return new Configuration.Outcome(
        isSaid ? Optional.of(built.compiled()) : Optional.empty(),
        built.links(),
        checks,
        libtool.isThere(),
        libtool.isTwice() && !isSaid);
  }
}

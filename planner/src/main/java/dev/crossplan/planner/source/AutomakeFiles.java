package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableSet;
import com.google.common.io.MoreFiles;
import java.nio.file.Path;
import java.util.Optional;

/** What automake is told, whether its Makefiles are there already or are made by the build. */
final class AutomakeFiles {
  private final KeptFiles files = new KeptFiles();

  /** Whether it is one, or one that others include. */
  boolean has(Path path) {
    String extension = MoreFiles.getFileExtension(path);
    return extension.equals("am")
        || extension.equals("mk")
        || (path.getFileName().toString().startsWith("Makefile") && !extension.equals("in"));
  }

  void add(Path path, String text) {
    files.add(path, text);
  }

  /** What it comes to with a configure script that makes so many checks, and with libtool. */
  Configuration.Outcome outcome(ImmutableSet<Path> sources, Libtool libtool, long checks) {
    AutomakeProject.Built built = AutomakeProject.built(files.texts(), sources, libtool.isTwice());
    boolean isSaid = !built.compiled().isEmpty();
    return new Configuration.Outcome(
        isSaid ? Optional.of(built.compiled()) : Optional.empty(),
        built.links(),
        checks,
        libtool.isThere(),
        libtool.isTwice() && !isSaid);
  }
}

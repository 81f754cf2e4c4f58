package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableSet;
import com.google.common.io.MoreFiles;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A file of code.
 *
 * @param path below the top of the sources
 * @param isHeader whether others include it, and no compiler is started for it
 * @param isOfTests whether it is a test or an example, which are mostly not compiled
 */
record CodeFile(Path path, boolean isHeader, boolean isOfTests, SourceText text) {
  private static final ImmutableSet<String> CXX = ImmutableSet.of("cc", "cpp", "cxx", "c++");

  boolean isCxx() {
    return CXX.contains(MoreFiles.getFileExtension(path).toLowerCase(Locale.ROOT));
  }

  Path folder() {
    return path.resolveSibling("");
  }

  /** What others include it by, as far as folders are not told apart. */
  String name() {
    return lastPart(path.toString());
  }

  static String lastPart(String include) {
    return include.substring(include.lastIndexOf('/') + 1);
  }
}

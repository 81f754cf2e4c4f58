package dev.crossplan.planner.source;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The texts of files in the language of a build system, as many as anybody has. */
final class KeptFiles {
  /** Characters of all files. */
  static final long MOST = 32 << 20;

  private final Map<Path, String> texts = new HashMap<>();
  private final Budget budget = new Budget(MOST);

  /** Keeps one, unless there are too many. */
  void add(Path path, String text) {
    if (budget.take(text.length())) {
      texts.put(path, text);
    }
  }

  /** By their paths below the top of the sources. */
  Map<Path, String> texts() {
    return texts;
  }
}

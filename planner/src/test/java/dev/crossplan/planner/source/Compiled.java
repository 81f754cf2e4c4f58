package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMultiset;
import com.google.common.collect.Multiset;
import com.google.common.collect.Ordering;
import java.nio.file.Path;

/** The sources of a project in tests, and what is compiled of them. */
final class Compiled {
  static final ImmutableSet<Path> SOURCES =
      ImmutableSet.of(
          Path.of("a.c"),
          Path.of("b.c"),
          Path.of("src/c.c"),
          Path.of("src/d.cc"),
          Path.of("src/deep/e.c"));

  private Compiled() {}

  /** Names of what is compiled, as often as it is, in order. */
  static String names(Configuration.Outcome outcome) {
    Multiset<Path> compiled = outcome.compiled().orElse(ImmutableSortedMultiset.of());
    return String.join(
        " ", Ordering.natural().sortedCopy(compiled).stream().map(Path::toString).toList());
  }
}

package dev.crossplan.planner.source;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import com.google.common.collect.Sets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files of one source that compilers read, and which of them include which. */
final class SourceTree {
  /** Of gnulib, which has a replacement for whatever a system may lack. */
  private static final double COMPILED_OF_GNULIB = 0.5;

  /** From file to header: more than in any archive that is read, but for such as mean harm. */
  private static final int MOST_STEPS = 20_000_000;

  private final List<CodeFile> compiled = new ArrayList<>();
  private final Map<String, CodeFile> byName = new HashMap<>();
  private final Multiset<String> names = HashMultiset.create();
  private final Set<Path> included = new HashSet<>();
  private final Set<String> includedNames = new HashSet<>();
  private final Set<Path> gnulib = new HashSet<>();
  private int steps;

  void add(CodeFile file) {
    if (!file.isOfTests()) {
      byName.putIfAbsent(file.name(), file);
      for (String include : file.text().includes()) {
        included.add(file.path().resolveSibling(include).normalize());
        includedNames.add(CodeFile.lastPart(include));
      }
    }
    if (!file.isHeader()) {
      names.add(file.name());
      compiled.add(file);
    }
  }

  /** Notes that a folder is one of gnulib. */
  void addGnulib(Path folder) {
    gnulib.add(folder);
  }

  /** What is to be done with all of it. */
  SourceCode code(Configuration configuration) {
    double files = 0;
    double statements = 0;
    double headerLines = 0;
    for (CodeFile file : compiled) {
      if (!configuration.builds(file.program(), file.isOfTests())) {
        continue;
      }
      double part = gnulib.contains(file.folder()) ? COMPILED_OF_GNULIB : 1;
      statements += part * file.text().statements();
      if (!isIncluded(file)) {
        files += part;
        headerLines += part * headerLines(file);
      }
    }
    return new SourceCode(
        Math.round(files),
        Math.round(statements),
        Math.round(headerLines),
        configuration.checks(),
        configuration.isByLibtool(),
        configuration.isTwice());
  }

  /** Where to look for an include, only the build knows; most names are there once. */
  private boolean isIncluded(CodeFile file) {
    return included.contains(file.path())
        || (names.count(file.name()) == 1 && includedNames.contains(file.name()));
  }

  /** How many lines of headers a compiler reads for a file of C++; those of C are short. */
  private double headerLines(CodeFile file) {
    if (!file.isCxx()) {
      return 0;
    }
    Set<CodeFile> seen = Sets.newIdentityHashSet();
    Set<String> ofLibrary = new HashSet<>();
    Deque<CodeFile> left = new ArrayDeque<>();
    seen.add(file);
    left.add(file);
    double lines = 0;
    while (!left.isEmpty() && steps < MOST_STEPS) {
      CodeFile next = left.remove();
      steps += 1 + next.text().includes().size();
      lines += next.isHeader() ? next.text().lines() : 0;
      for (String include : next.text().includes()) {
        @Nullable CodeFile own = byName.get(CodeFile.lastPart(include));
        if (own == null) {
          ofLibrary.add(include);
        } else if (seen.add(own)) {
          left.add(own);
        }
      }
    }
    return lines + CxxLibrary.lines(ofLibrary);
  }
}

package dev.crossplan.planner.source;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableSet;
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
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files of one source that compilers read, and which of them include which. */
final class SourceTree {
  /** Of gnulib, which has a replacement for whatever a system may lack. */
  private static final double COMPILED_OF_GNULIB = 0.5;

  /** Of the functions in a header, for a file that is not the first; the others are but read. */
  private static final double COMPILED_AGAIN = 0.08;

  /** From file to header: more than in any archive that is read, but for such as mean harm. */
  private static final int MOST_STEPS = 20_000_000;

  private final List<CodeFile> compiled = new ArrayList<>();
  private final Map<String, CodeFile> byName = new HashMap<>();
  private final Multiset<String> names = HashMultiset.create();
  private final Map<Path, CodeFile> byPath = new HashMap<>();
  private final Set<Path> included = new HashSet<>();
  private final Set<CodeFile> headersRead = Sets.newIdentityHashSet();
  private final Set<String> includedNames = new HashSet<>();
  private final Set<Path> gnulib = new HashSet<>();
  private int steps;

  void add(CodeFile file) {
    byPath.put(file.path(), file);
    byName.merge(file.name(), file, (one, other) -> one.isOfTests() ? other : one);
    if (!file.isOfTests()) {
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
    Configuration.Outcome configured =
        configuration.outcome(
            compiled.stream().map(CodeFile::path).collect(ImmutableSet.toImmutableSet()));
    double files = configured.links();
    double statements = 0;
    double headerLines = 0;
    for (CodeFile file : compiled) {
      double times = times(file, configured.compiled());
      boolean isPart = configured.compiled().isEmpty() && isIncluded(file);
      if (times > 0 && !isPart) {
        Headers headers = headers(file);
        files += times;
        statements += times * (file.text().statements() + headers.compiled());
        headerLines += times * headers.lines();
      }
    }
    return new SourceCode(
        Math.round(files),
        Math.round(statements),
        Math.round(headerLines),
        configured.checks(),
        configured.isByLibtool(),
        configured.isTwice());
  }

  /** How often a compiler is started for a file. */
  private double times(CodeFile file, Optional<Multiset<Path>> said) {
    if (gnulib.contains(file.folder()) && !file.isOfTests()) {
      return COMPILED_OF_GNULIB;
    }
    if (said.isPresent()) {
      return said.get().count(file.path());
    }
    Path generated = Grammars.generated(file.path());
    boolean isThere = !generated.equals(file.path()) && byPath.containsKey(generated);
    return isThere || file.isOfTests() ? 0 : 1;
  }

  /** Where to look for an include, only the build knows; most names are there once. */
  private boolean isIncluded(CodeFile file) {
    return included.contains(file.path())
        || (names.count(file.name()) == 1 && includedNames.contains(file.name()));
  }

  /**
   * What a compiler reads of headers for a file.
   *
   * @param lines for C++; those of C are short
   * @param compiled statements of functions in them, as far as somebody uses them, and all of what
   *     is included that is no header
   */
  private record Headers(double lines, double compiled) {}

  private Headers headers(CodeFile file) {
    Set<CodeFile> seen = Sets.newIdentityHashSet();
    Set<String> ofLibrary = new HashSet<>();
    Deque<CodeFile> left = new ArrayDeque<>();
    seen.add(file);
    left.add(file);
    double lines = 0;
    double statements = 0;
    while (!left.isEmpty() && steps < MOST_STEPS) {
      CodeFile next = left.remove();
      steps += 1 + next.text().includes().size();
      if (next.isHeader()) {
        lines += next.text().lines();
        statements +=
            next.text().statementsOfFunctions() * (headersRead.add(next) ? 1 : COMPILED_AGAIN);
      } else if (!next.equals(file)) {
        statements += next.text().statements();
      }
      for (String include : next.text().includes()) {
        Path beside = next.path().resolveSibling(include).normalize();
        @Nullable CodeFile own =
            byPath.containsKey(beside)
                ? byPath.get(beside)
                : byName.get(CodeFile.lastPart(include));
        if (own == null) {
          ofLibrary.add(include);
        } else if (seen.add(own)) {
          left.add(own);
        }
      }
    }
    return new Headers(file.isCxx() ? lines + CxxLibrary.lines(ofLibrary) : 0, statements);
  }
}

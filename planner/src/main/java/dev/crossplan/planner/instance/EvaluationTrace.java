package dev.crossplan.planner.instance;

import com.google.common.base.Splitter;
import com.google.common.base.Utf8;
import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Multiset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * At what an evaluation looked, as Nix says it: {@code traced.nix} has it say all that Nix does not
 * tell by itself.
 *
 * @param looks what was looked at, and what was seen there: a hash, a kind, or {@link #UNTOLD}
 * @param flakes the references of flakes that were taken
 * @param evaluated files, by the names that Nix has for them
 */
record EvaluationTrace(
    ImmutableMap<Look, String> looks, ImmutableSet<String> flakes, ImmutableSet<String> evaluated) {

  /** Where the trace does not tell what was seen. */
  static final String UNTOLD = "-";

  private static final String MARK = "trace: crossplan: ";

  /** Sort, what was seen, the length of the name in bytes, and the name. */
  private static final Pattern LINE = Pattern.compile("(\\w+) (\\S+) (\\d+) (.*)", Pattern.DOTALL);

  private static final Pattern EVALUATED = Pattern.compile("evaluating file '(.*)'");

  /** A file or folder that becomes a source, but by {@code builtins.path} and the like. */
  private static final Pattern COPIED = Pattern.compile("copied source '(/.*)' -> .*");

  /** By these too, in Nix since 2.20. */
  private static final Pattern COPYING = Pattern.compile("copying '(/.*)' to the store\\.\\.\\.");

  /** How something is looked at. */
  enum Sort {
    /** A file is evaluated, or that of a folder: where it is matters, and what is in it. */
    FILE,
    /** The content of a file is read. */
    CONTENT,
    /** The names in a folder are read, and the kind of each. */
    ENTRIES,
    /** It is asked whether something is there, or what. */
    KIND,
    /** It is asked where a link leads to. */
    TARGET,
    /** A file or folder is copied as a source, but for some of it. */
    TREE,
    /** A variable of the environment is read. */
    VARIABLE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Sort> of(String word) {
      for (Sort sort : values()) {
        if (sort.word().equals(word)) {
          return Optional.of(sort);
        }
      }
      return Optional.empty();
    }
  }

  /**
   * Something that is looked at.
   *
   * @param name of a variable, or a path; of a tree more lines follow, with what is left out: its
   *     kind and its path
   */
  record Look(Sort sort, String name) {
    private static final Splitter LINES = Splitter.on('\n');

    static Look ofTree(String root, Set<String> leftOut) {
      List<String> lines = new ArrayList<>();
      lines.add(root);
      lines.addAll(leftOut);
      return new Look(Sort.TREE, String.join("\n", lines));
    }

    boolean isOfPath() {
      return sort != Sort.VARIABLE && name.startsWith("/");
    }

    Path path() {
      return Path.of(LINES.split(name).iterator().next()).normalize();
    }

    /** The kinds of what a filter did not take: it may take it when it is of another kind. */
    ImmutableMap<Path, String> leftOut() {
      ImmutableMap.Builder<Path, String> kinds = ImmutableMap.builder();
      LINES
          .splitToStream(name)
          .skip(1)
          .forEach(
              line -> {
                int space = line.indexOf(' ');
                kinds.put(Path.of(line.substring(space + 1)), line.substring(0, space));
              });
      return kinds.buildKeepingLast();
    }
  }

  /**
   * Reads what Nix said; empty if that does not tell all at which it looked, or that something
   * changed meanwhile.
   */
  static Optional<EvaluationTrace> of(String said) {
    Reading reading = new Reading();
    for (String line : Splitter.on('\n').split(said)) {
      reading.take(line);
    }
    return reading.trace();
  }

  /** Goes through it once. */
  private static final class Reading {
    private final Map<Look, String> looks = new LinkedHashMap<>();
    private final Set<String> flakes = new LinkedHashSet<>();
    private final Set<String> evaluated = new LinkedHashSet<>();
    private final Set<String> copiedWhole = new TreeSet<>();
    private final Multiset<String> copying = HashMultiset.create();
    private final Multiset<String> copies = HashMultiset.create();
    private final Map<String, Multiset<String>> left = new TreeMap<>();
    private boolean isUnknown;

    void take(String line) {
      if (line.startsWith(MARK)) {
        Matcher matcher = LINE.matcher(line.substring(MARK.length()));
        if (matcher.matches()
            && Integer.toString(Utf8.encodedLength(matcher.group(4))).equals(matcher.group(3))) {
          take(matcher.group(1), matcher.group(2), matcher.group(4));
        } else { // the name has a line break, or bytes that are no UTF-8
          isUnknown = true;
        }
        return;
      }
      Matcher matcher = EVALUATED.matcher(line);
      if (matcher.matches()) {
        evaluated.add(matcher.group(1));
      } else if (matcher.usePattern(COPIED).matches()) {
        copiedWhole.add(matcher.group(1));
      } else if (matcher.usePattern(COPYING).matches()) {
        copying.add(matcher.group(1));
      }
    }

    private void take(String word, String seen, String name) {
      switch (word) {
        case "copy" -> copies.add(name);
        case "left" -> {
          byte[] bytes = name.substring(name.indexOf(' ') + 1).getBytes(StandardCharsets.UTF_8);
          int length = Math.min(Integer.parseInt(seen), bytes.length);
          String root = new String(bytes, 0, length, StandardCharsets.UTF_8);
          left.computeIfAbsent(root, none -> HashMultiset.create()).add(name);
        }
        case "flake" -> flakes.add(name);
        default -> {
          Optional<Sort> sort = Sort.of(word);
          isUnknown |= sort.isEmpty();
          sort.ifPresent(
              known -> {
                String before = looks.put(new Look(known, name), seen);
                isUnknown |= before != null && !before.equals(seen);
              });
        }
      }
    }

    Optional<EvaluationTrace> trace() {
      Set<String> roots = new TreeSet<>(copiedWhole);
      roots.addAll(copies.elementSet());
      roots.addAll(copying.elementSet());
      for (String root : roots) {
        looks.put(Look.ofTree(root, leftOut(root)), UNTOLD);
      }
      // Not every Nix tells which files it evaluates; then it does not tell what it copies either.
      return isUnknown || evaluated.isEmpty() || looks.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new EvaluationTrace(
                  ImmutableMap.copyOf(looks),
                  ImmutableSet.copyOf(flakes),
                  ImmutableSet.copyOf(evaluated)));
    }

    /** What every copy left out: one of them may have taken what another did not. */
    private Set<String> leftOut(String root) {
      if (copiedWhole.contains(root) || copying.count(root) > copies.count(root)) {
        return Collections.emptySet();
      }
      Set<String> always = new TreeSet<>();
      for (Multiset.Entry<String> entry :
          left.getOrDefault(root, HashMultiset.create()).entrySet()) {
        if (entry.getCount() == copies.count(root)) {
          always.add(entry.getElement());
        }
      }
      return always;
    }
  }
}

package dev.crossplan.planner.source;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Multiset;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The libraries and programs that CMake is told of, and what is compiled for them. */
final class CmakeTargets {
  private static final ImmutableSet<String> NOT_COMPILED =
      ImmutableSet.of("IMPORTED", "ALIAS", "INTERFACE", "UNKNOWN");

  /** Before sources of a target, and libraries. */
  private static final ImmutableSet<String> KEYWORDS =
      ImmutableSet.of("PRIVATE", "PUBLIC", "INTERFACE");

  private final CmakeTree tree;
  private final Multiset<Path> compiled = HashMultiset.create();
  private final Map<String, Set<Path>> targets = new HashMap<>();

  /** Of the targets those that are built only if others are linked with them. */
  private final Set<String> leftOut = new HashSet<>();

  /** Of the targets those whose files are linked in others. */
  private final Set<String> parts = new HashSet<>();

  CmakeTargets(CmakeTree tree) {
    this.tree = tree;
  }

  boolean has(String name) {
    return targets.containsKey(name);
  }

  /** Sources, as often as they are compiled. */
  Multiset<Path> compiled() {
    return compiled;
  }

  /**
   * Adds what {@code add_library} or {@code add_executable} names.
   *
   * @param rest of its words: kinds, then sources
   * @param folder as it is called in variables, to which the sources are relative
   * @param isLeftOut whether it is built only if another one needs it
   */
  void add(String name, List<String> rest, String folder, boolean isLeftOut) {
    List<String> kinds = rest.subList(0, Math.min(2, rest.size()));
    if (kinds.stream().noneMatch(NOT_COMPILED::contains)) {
      targets.put(name, new HashSet<>());
      if (kinds.contains("OBJECT")) {
        parts.add(name);
      }
      if (isLeftOut || kinds.contains("EXCLUDE_FROM_ALL")) {
        leftOut.add(name);
      }
      addSources(name, rest, folder);
    } else {
      targets.putIfAbsent(name, new HashSet<>());
      leftOut.add(name);
    }
  }

  /** Of how many targets something is made: not of those that are only parts of others. */
  long links() {
    return targets.entrySet().stream()
        .filter(target -> !target.getValue().isEmpty())
        .filter(target -> !leftOut.contains(target.getKey()) && !parts.contains(target.getKey()))
        .count();
  }

  /** Each once for a target. Those that are for others who use it are not compiled for it. */
  void addSources(String target, List<String> names, String folder) {
    @Nullable Set<Path> sources = targets.get(target);
    boolean isForOthers = false;
    for (String name : names) {
      if (KEYWORDS.contains(name)) {
        isForOthers = name.equals("INTERFACE");
      } else if (sources != null && !isForOthers) {
        CmakeTree.path(name, folder)
            .filter(tree::isSource)
            .filter(sources::add)
            .filter(path -> !leftOut.contains(target))
            .ifPresent(compiled::add);
      }
    }
  }

  /** What is left out otherwise is built for what is built. */
  void link(String target, List<String> libraries) {
    if (targets.containsKey(target) && !leftOut.contains(target)) {
      for (String library : libraries) {
        if (leftOut.remove(library)) {
          compiled.addAll(targets.getOrDefault(library, ImmutableSet.of()));
        }
      }
    }
  }
}

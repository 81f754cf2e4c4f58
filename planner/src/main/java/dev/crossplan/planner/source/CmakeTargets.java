package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The libraries and programs that CMake is told of, and what is compiled for them. */
final class CmakeTargets {
  private static final ImmutableSet<String> NOT_COMPILED =
      ImmutableSet.of("IMPORTED", "ALIAS", "INTERFACE", "UNKNOWN");

  /** Before sources of a target, and libraries. */
  private static final ImmutableSet<String> KEYWORDS =
      ImmutableSet.of("PRIVATE", "PUBLIC", "INTERFACE");

  private final CmakeTree tree;
  private final Targets targets = new Targets();
  private final Map<String, Integer> numbers = new HashMap<>();

  CmakeTargets(CmakeTree tree) {
    this.tree = tree;
  }

  boolean has(String name) {
    return numbers.containsKey(name);
  }

  Targets all() {
    return targets;
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
      boolean isOnDemand = isLeftOut || kinds.contains("EXCLUDE_FROM_ALL");
      numbers.put(name, targets.add(isOnDemand, kinds.contains("OBJECT")));
      addSources(name, rest, folder);
    } else {
      numbers.computeIfAbsent(name, unused -> targets.add(true, false));
    }
  }

  /** Those that are for others who use it are not compiled for it. */
  void addSources(String target, List<String> names, String folder) {
    @Nullable Integer number = numbers.get(target);
    boolean isForOthers = false;
    for (String name : names) {
      if (KEYWORDS.contains(name)) {
        isForOthers = name.equals("INTERFACE");
      } else if (number != null && !isForOthers) {
        CmakeTree.path(name, folder)
            .filter(tree::isSource)
            .ifPresent(source -> targets.addSources(number, ImmutableSet.of(source)));
      }
    }
  }

  void link(String target, List<String> libraries) {
    @Nullable Integer number = numbers.get(target);
    if (number != null) {
      targets.link(
          number,
          libraries.stream().flatMap(name -> Stream.ofNullable(numbers.get(name))).toList());
    }
  }
}

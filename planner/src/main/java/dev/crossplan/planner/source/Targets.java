package dev.crossplan.planner.source;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The libraries and programs of a project, by numbers, and what is compiled for them. */
final class Targets {
  private final List<Target> targets = new ArrayList<>();

  private record Target(
      boolean isLeftOut, boolean isPart, Set<Path> sources, Set<Integer> linked) {}

  /**
   * Adds one.
   *
   * @param isLeftOut whether it is built only if another one is linked with it
   * @param isPart whether its files are linked in others only
   * @return its number
   */
  int add(boolean isLeftOut, boolean isPart) {
    targets.add(new Target(isLeftOut, isPart, new HashSet<>(), new HashSet<>()));
    return targets.size() - 1;
  }

  /** Each is compiled once for a target. */
  void addSources(int target, Collection<Path> sources) {
    targets.get(target).sources().addAll(sources);
  }

  /** What a target is linked with is built for it. */
  void link(int target, Collection<Integer> others) {
    targets.get(target).linked().addAll(others);
  }

  /** Sources, as often as they are compiled: once for each target that is built. */
  Multiset<Path> compiled() {
    Multiset<Path> compiled = HashMultiset.create();
    built().stream().forEach(target -> compiled.addAll(targets.get(target).sources()));
    return compiled;
  }

  /** How many libraries and programs are made of any sources. */
  long links() {
    return built().stream()
        .mapToObj(targets::get)
        .filter(target -> !target.isPart() && !target.sources().isEmpty())
        .count();
  }

  private BitSet built() {
    BitSet built = new BitSet();
    Deque<Integer> left = new ArrayDeque<>();
    for (int i = 0; i < targets.size(); i++) {
      if (!targets.get(i).isLeftOut()) {
        left.add(i);
      }
    }
    while (!left.isEmpty()) {
      int next = left.remove();
      if (!built.get(next)) {
        built.set(next);
        left.addAll(targets.get(next).linked());
      }
    }
    return built;
  }
}

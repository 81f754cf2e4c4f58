package dev.crossplan.planner.source;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Multiset;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/** The libraries and programs that Meson is told of, and what is compiled for them. */
final class MesonTargets {
  private final List<Target> targets = new ArrayList<>();

  private record Target(
      ImmutableSet<Path> sources, ImmutableSet<Integer> linked, boolean isLeftOut) {}

  /**
   * Adds one.
   *
   * @param linked numbers of the targets that it is linked with
   * @param isLeftOut whether it is built only if another one needs it
   * @return its number
   */
  int add(ImmutableSet<Path> sources, ImmutableSet<Integer> linked, boolean isLeftOut) {
    targets.add(new Target(sources, linked, isLeftOut));
    return targets.size() - 1;
  }

  /** Sources, as often as they are compiled: once for each target that is built. */
  Multiset<Path> compiled() {
    Multiset<Path> compiled = HashMultiset.create();
    built().stream().forEach(target -> compiled.addAll(targets.get(target).sources()));
    return compiled;
  }

  /** How many targets are built of any sources. */
  long links() {
    return built().stream().filter(target -> !targets.get(target).sources().isEmpty()).count();
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

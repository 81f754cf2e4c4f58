package dev.crossplan.planner.variant;

import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.variant.Evidence.Kind;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import it.unimi.dsi.fastutil.ints.IntSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Derivations in disjoint classes, each a package; and pairs of which it is known that they are not
 * one. Two classes with such a pair between them are never united, whatever speaks for it.
 */
final class Classes {
  private final int[] parent;
  private final List<Evidence> evidence = new ArrayList<>();
  private final List<Unpaired> unpaired = new ArrayList<>();

  /** By the first of a class, the first ones of the classes that it must not be united with. */
  private final Map<Integer, IntSet> apart = new HashMap<>();

  /** Each derivation in a class of its own. */
  Classes(int derivations) {
    this.parent = new int[derivations];
    Arrays.setAll(parent, derivation -> derivation);
  }

  /** The first derivation of the class of {@code derivation}. */
  int find(int derivation) {
    int root = derivation;
    while (parent[root] != root) {
      root = parent[root];
    }
    int each = derivation;
    while (parent[each] != root) {
      int next = parent[each];
      parent[each] = root;
      each = next;
    }
    return root;
  }

  boolean areOne(int first, int second) {
    return find(first) == find(second);
  }

  /** Whether the classes of the two must not be united. */
  boolean areApart(int first, int second) {
    IntSet others = apart.get(find(first));
    return others != null && others.contains(find(second));
  }

  /** Unites the classes of the two, unless they must not be. */
  void unite(int first, int second, Kind kind, String detail) {
    if (areApart(first, second)) {
      report(
          List.of(first, second),
          detail + ": the one is known to be the same as something that differs from the other");
      return;
    }
    evidence.add(new Evidence(kind, first, second, detail));
    int kept = Math.min(find(first), find(second));
    int gone = Math.max(find(first), find(second));
    parent[gone] = kept;
    IntSet others = kept == gone ? null : apart.remove(gone);
    if (others != null) {
      others.forEach(
          (int other) -> {
            apart.computeIfAbsent(kept, none -> new IntOpenHashSet()).add(other);
            IntSet ofOther = apart.computeIfAbsent(other, none -> new IntOpenHashSet());
            ofOther.remove(gone);
            ofOther.add(kept);
          });
    }
  }

  /** The two are different things, and so are their classes. */
  void keepApart(int first, int second, String reason) {
    report(List.of(first, second), reason);
    int left = find(first);
    int right = find(second);
    if (left != right) {
      apart.computeIfAbsent(left, none -> new IntOpenHashSet()).add(right);
      apart.computeIfAbsent(right, none -> new IntOpenHashSet()).add(left);
    }
  }

  /** Tells that it is not clear which of {@code derivations} are the same thing. */
  void report(Collection<Integer> derivations, String reason) {
    unpaired.add(new Unpaired(ImmutableIntArray.copyOf(derivations), reason));
  }

  /** The first of {@code derivations} in each class, in their order. */
  List<Integer> representatives(Collection<Integer> derivations) {
    Map<Integer, Integer> byClass = new LinkedHashMap<>();
    derivations.forEach(derivation -> byClass.putIfAbsent(find(derivation), derivation));
    return List.copyOf(byClass.values());
  }

  /** Why derivations were united, in the order in which they were. */
  List<Evidence> evidence() {
    return evidence;
  }

  List<Unpaired> unpaired() {
    return unpaired;
  }
}

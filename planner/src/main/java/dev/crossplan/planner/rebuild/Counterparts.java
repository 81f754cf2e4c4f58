package dev.crossplan.planner.rebuild;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.variant.Packages;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a derivation was before. It is looked for from the attributes down: an attribute is what the
 * attribute of that name was, and of two that are each other's counterparts, the inputs that one
 * has and the other has not are matched by name. What that does not reach is matched by its name
 * where only one has it.
 */
final class Counterparts {
  private static final int NONE = -1;

  private final Packages packages;
  private final DerivationGraph graph;
  private final BitSet before;
  private final int[] of;
  private final Deque<Integer> toDescend = new ArrayDeque<>();

  private Counterparts(Packages packages, BitSet before) {
    this.packages = packages;
    this.graph = packages.graph();
    this.before = before;
    this.of = new int[graph.size()];
    Arrays.fill(of, NONE);
  }

  /**
   * Finds them.
   *
   * @param before derivations that there were
   * @param after derivations that there are
   * @param pairs see {@link Comparison#pairs}
   * @return by derivation of {@code after} that is not in {@code before}, what it was; -1 for
   *     others
   */
  static int[] find(
      Packages packages, BitSet before, BitSet after, ImmutableMap<Integer, Integer> pairs) {
    Counterparts counterparts = new Counterparts(packages, before);
    pairs.forEach(counterparts::matchAttributes);
    counterparts.descend();
    counterparts.matchLeft(after, derivation -> counterparts.graph.facts(derivation).name());
    counterparts.matchLeft(after, derivation -> packages.name(derivation).base());
    return counterparts.of;
  }

  private void matchAttributes(int afterInstance, int beforeInstance) {
    Map<String, Integer> known = graph.attributes(beforeInstance);
    graph
        .attributes(afterInstance)
        .forEach(
            (attribute, derivation) -> {
              Integer was = known.get(attribute);
              if (was != null) {
                match(derivation, was);
              }
            });
  }

  private void match(int now, int was) {
    if (of[now] == NONE && !before.get(now)) {
      of[now] = was;
      toDescend.add(now);
    }
  }

  private void descend() {
    while (!toDescend.isEmpty()) {
      int now = toDescend.remove();
      int was = of[now];
      matchByName(
          without(graph.inputs(now), graph.inputs(was)),
          without(graph.inputs(was), graph.inputs(now)));
    }
  }

  /** Both are sorted. */
  private static List<Integer> without(int[] some, int[] others) {
    List<Integer> left = new ArrayList<>();
    for (int each : some) {
      if (Arrays.binarySearch(others, each) < 0) {
        left.add(each);
      }
    }
    return left;
  }

  /** Matches inputs that are called alike; of several the ones that are most alike. */
  private void matchByName(List<Integer> added, List<Integer> removed) {
    Map<String, List<Integer>> wasByName = new LinkedHashMap<>();
    removed.forEach(
        was ->
            wasByName
                .computeIfAbsent(packages.name(was).base(), none -> new ArrayList<>())
                .add(was));
    BitSet matched = new BitSet();
    for (Likeness likeness : Likeness.values()) {
      for (int now : added) {
        List<Integer> candidates = wasByName.getOrDefault(packages.name(now).base(), List.of());
        for (int i = 0; i < candidates.size() && !matched.get(now) && !before.get(now); i++) {
          if (isLike(now, candidates.get(i), likeness)) {
            match(now, candidates.remove(i));
            matched.set(now);
          }
        }
      }
    }
  }

  /** From the most alike to the least. */
  private enum Likeness {
    ALL_THAT_IS_KNOWN,
    NAME,
    BASE_NAME
  }

  private boolean isLike(int now, int was, Likeness likeness) {
    boolean isSameKind =
        graph.facts(now).isFixedOutput() == graph.facts(was).isFixedOutput()
            && graph.facts(now).system().equals(graph.facts(was).system());
    return isSameKind
        && switch (likeness) {
          case ALL_THAT_IS_KNOWN ->
              graph.facts(now).name().equals(graph.facts(was).name())
                  && graph.facts(now).fingerprint().equals(graph.facts(was).fingerprint());
          case NAME -> graph.facts(now).name().equals(graph.facts(was).name());
          case BASE_NAME -> true;
        };
  }

  /** Matches what nothing led to, where exactly one before and one after have a key. */
  private void matchLeft(BitSet after, Function<Integer, String> key) {
    BitSet taken = new BitSet();
    for (int was : of) {
      if (was != NONE) {
        taken.set(was);
      }
    }
    Map<String, Integer> wasByKey = new HashMap<>();
    before.stream()
        .filter(was -> !after.get(was) && !taken.get(was))
        .forEach(was -> wasByKey.merge(system(was) + key.apply(was), was, (one, other) -> NONE));
    Map<String, Integer> nowByKey = new HashMap<>();
    after.stream()
        .filter(now -> !before.get(now) && of[now] == NONE)
        .forEach(now -> nowByKey.merge(system(now) + key.apply(now), now, (one, other) -> NONE));
    nowByKey.forEach(
        (name, now) -> {
          int was = wasByKey.getOrDefault(name, NONE);
          if (now != NONE && was != NONE) {
            match(now, was);
          }
        });
    descend();
  }

  private String system(int derivation) {
    return graph.facts(derivation).system()
        + " "
        + packages.hosts().system(derivation).orElse("")
        + " ";
  }
}

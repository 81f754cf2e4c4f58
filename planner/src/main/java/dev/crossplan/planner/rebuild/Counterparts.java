package dev.crossplan.planner.rebuild;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Lists;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.variant.Packages;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a derivation was before. It is looked for from the attributes down: an attribute is what the
 * attribute of that name was, and of two that are each other's counterparts, the inputs that one
 * has and the other has not are matched: by name, and where that leaves some, by what they are and
 * by where they are named ({@link Renaming}). What that does not reach is matched by its name where
 * only one has it.
 */
final class Counterparts {
  private static final int NONE = -1;

  private final Packages packages;
  private final DerivationGraph graph;
  private final BitSet before;
  private final BitSet after;
  private final WholeDerivations derivations;
  private final int[] of;
  private final Deque<Integer> toDescend = new ArrayDeque<>();

  /** What has inputs that no name matches: read together, as reading one is reading a file. */
  private final Set<Integer> withOthers = new LinkedHashSet<>();

  private Counterparts(
      Packages packages, BitSet before, BitSet after, WholeDerivations derivations) {
    this.packages = packages;
    this.graph = packages.graph();
    this.before = before;
    this.after = after;
    this.derivations = derivations;
    this.of = new int[graph.size()];
    Arrays.fill(of, NONE);
  }

  /**
   * Finds them.
   *
   * @param before derivations that there were
   * @param after derivations that there are
   * @param pairs see {@link Comparison#pairs}
   * @param derivations where what is only in one of both is read
   * @return by derivation of {@code after} that is not in {@code before}, what it was; -1 for
   *     others
   */
  static int[] find(
      Packages packages,
      BitSet before,
      BitSet after,
      ImmutableMap<Integer, Integer> pairs,
      WholeDerivations derivations) {
    Counterparts counterparts = new Counterparts(packages, before, after, derivations);
    counterparts.readDifferent();
    pairs.forEach(counterparts::matchAttributes);
    counterparts.descend();
    counterparts.matchLeft(derivation -> counterparts.graph.facts(derivation).name());
    counterparts.matchLeft(derivation -> packages.name(derivation).base());
    return counterparts.of;
  }

  private void readDifferent() {
    BitSet added = (BitSet) after.clone();
    added.andNot(before);
    BitSet removed = (BitSet) before.clone();
    removed.andNot(after);
    if (!added.isEmpty() && !removed.isEmpty()) {
      added.or(removed);
      derivations.read(added);
    }
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
    while (!toDescend.isEmpty() || !withOthers.isEmpty()) {
      if (toDescend.isEmpty()) {
        List<Inputs> renamed = withOthers.stream().map(Inputs::new).toList();
        withOthers.clear();
        BitSet wanted = new BitSet();
        renamed.forEach(inputs -> inputs.addAll(wanted));
        derivations.read(wanted);
        renamed.forEach(inputs -> inputs.match(Likeness.OTHER_NAME));
      } else {
        int now = toDescend.remove();
        Inputs inputs = new Inputs(now);
        for (Likeness likeness : NAMES) {
          inputs.match(likeness);
        }
        if (inputs.areLeft()) {
          withOthers.add(now);
        }
      }
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

  /** Two inputs that may be one. */
  private record Pair(int now, int was, int agreement) {}

  /**
   * The inputs that one of two has and the other has not. The most alike are matched first, and of
   * those that are equally alike, the ones that are named in the same places.
   */
  private final class Inputs {
    private final int now;
    private final int was;
    private final List<Integer> added;
    private final List<Integer> removed;

    /** Of {@link #added} and {@link #removed}, what is not matched. */
    private final Set<Integer> left = new LinkedHashSet<>();

    private final Set<Integer> free;
    private @Nullable Mentions here;
    private @Nullable Mentions there;

    Inputs(int now) {
      this.now = now;
      this.was = of[now];
      this.added = without(graph.inputs(now), graph.inputs(was));
      this.removed = without(graph.inputs(was), graph.inputs(now));
      this.free = new LinkedHashSet<>(removed);
      for (int input : added) {
        if (!before.get(input) && (of[input] == NONE || !free.remove(of[input]))) {
          left.add(input);
        }
      }
    }

    boolean areLeft() {
      return !free.isEmpty() && left.stream().anyMatch(input -> of[input] == NONE);
    }

    void addAll(BitSet wanted) {
      wanted.set(now);
      wanted.set(was);
      left.forEach(wanted::set);
      free.forEach(wanted::set);
    }

    void match(Likeness likeness) {
      List<Pair> pairs = new ArrayList<>();
      for (int one : left) {
        for (int other : free) {
          if (isLike(one, other, likeness)) {
            pairs.add(new Pair(one, other, 0));
          }
        }
      }
      for (Pair pair : byAgreement(pairs)) {
        if (left.contains(pair.now()) && free.contains(pair.was())) {
          Counterparts.this.match(pair.now(), pair.was());
          left.remove(pair.now());
          free.remove(pair.was());
        }
      }
    }

    /** In which places is only looked at where one could be several. */
    private List<Pair> byAgreement(List<Pair> pairs) {
      boolean isClear =
          pairs.stream().map(Pair::now).distinct().count() == pairs.size()
              && pairs.stream().map(Pair::was).distinct().count() == pairs.size();
      return isClear
          ? pairs
          : pairs.stream()
              .map(pair -> new Pair(pair.now(), pair.was(), agreement(pair.now(), pair.was())))
              .sorted(Comparator.comparingInt(pair -> -pair.agreement()))
              .toList();
    }

    private int agreement(int one, int other) {
      if (here == null || there == null) {
        here = mentions(now, added);
        there = mentions(was, removed);
      }
      return here.agreement(graph.path(one), there, graph.path(other));
    }

    private Mentions mentions(int user, List<Integer> inputs) {
      return derivations
          .find(user)
          .map(whole -> Mentions.of(whole, Lists.transform(inputs, graph::path), derivations))
          .orElse(Mentions.NONE);
    }

    private boolean isLike(int one, int other, Likeness likeness) {
      boolean isSameKind =
          graph.facts(one).isFixedOutput() == graph.facts(other).isFixedOutput()
              && graph.facts(one).system().equals(graph.facts(other).system());
      return isSameKind
          && switch (likeness) {
            case ALL_THAT_IS_KNOWN ->
                graph.facts(one).name().equals(graph.facts(other).name())
                    && graph.facts(one).fingerprint().equals(graph.facts(other).fingerprint());
            case NAME -> graph.facts(one).name().equals(graph.facts(other).name());
            case BASE_NAME -> packages.name(one).base().equals(packages.name(other).base());
            case OTHER_NAME -> of[one] == NONE && isRenamed(one, other);
          };
    }

    /** Of what is still there, another may have come in its place. */
    private boolean isRenamed(int one, int other) {
      Optional<Derivation> is = derivations.find(one);
      Optional<Derivation> had = derivations.find(other);
      if (is.isEmpty() || had.isEmpty()) {
        return false;
      }
      return switch (Renaming.of(is.get(), had.get(), derivations)) {
        case NAMED -> !after.get(other) || agreement(one, other) > 0;
        case SAME -> agreement(one, other) > 0;
        case ALIKE -> !after.get(other) && agreement(one, other) > 0;
        case NONE -> false;
      };
    }
  }

  /** From the most alike to the least. */
  private enum Likeness {
    ALL_THAT_IS_KNOWN,
    NAME,
    BASE_NAME,
    OTHER_NAME
  }

  private static final ImmutableList<Likeness> NAMES =
      ImmutableList.of(Likeness.ALL_THAT_IS_KNOWN, Likeness.NAME, Likeness.BASE_NAME);

  /** Matches what nothing led to, where exactly one before and one after have a key. */
  private void matchLeft(Function<Integer, String> key) {
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

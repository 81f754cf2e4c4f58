package dev.crossplan.planner.rebuild;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ListMultimap;
import com.google.common.collect.Lists;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.variant.Packages;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a derivation was before. It is looked for from the attributes down: an attribute is what the
 * attribute of that name was, and of two that are each other's counterparts, the inputs that one
 * has and the other has not are matched: by name, and where that leaves some, by what they are and
 * by where they are named ({@link Traits}). What that does not reach is matched by its name where
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

  private final Map<Integer, Optional<Traits>> traits = new HashMap<>();

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
        traits.clear(); // more sources are known by what they are
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

  /** Empty for what was not read. */
  private Optional<Traits> traits(int derivation) {
    return traits.computeIfAbsent(
        derivation,
        none ->
            derivations
                .find(derivation)
                .map(whole -> Traits.of(graph.path(derivation), whole, derivations)));
  }

  /** What two that are alike have in common. */
  private record Key(boolean isFixedOutput, String system, Object value) {}

  private List<Key> keys(int derivation, Likeness likeness) {
    DerivationFacts facts = graph.facts(derivation);
    Collection<Object> values =
        switch (likeness) {
          case ALL_THAT_IS_KNOWN -> List.of(List.of(facts.name(), facts.fingerprint()));
          case NAME -> List.of(facts.name());
          case BASE_NAME -> List.of(packages.name(derivation).base());
          case OTHER_NAME -> traits(derivation).map(Traits::keys).orElse(ImmutableSet.of());
        };
    return values.stream()
        .map(value -> new Key(facts.isFixedOutput(), facts.system(), value))
        .toList();
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
      for (Pair pair : byAgreement(pairs(likeness))) {
        if (left.contains(pair.now()) && free.contains(pair.was())) {
          Counterparts.this.match(pair.now(), pair.was());
          left.remove(pair.now());
          free.remove(pair.was());
        }
      }
    }

    /** By keys, as to compare each with each takes long where there are hundreds. */
    private List<Pair> pairs(Likeness likeness) {
      ListMultimap<Key, Integer> byKey = ArrayListMultimap.create();
      free.forEach(other -> keys(other, likeness).forEach(key -> byKey.put(key, other)));
      List<Pair> pairs = new ArrayList<>();
      for (int one : left) {
        Set<Integer> alike = new TreeSet<>();
        keys(one, likeness).forEach(key -> alike.addAll(byKey.get(key)));
        for (int other : alike) {
          if (likeness != Likeness.OTHER_NAME || isRenamed(one, other)) {
            pairs.add(new Pair(one, other, 0));
          }
        }
      }
      return pairs;
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

    /** Of what is still there, another may have come in its place. */
    private boolean isRenamed(int one, int other) {
      Optional<Traits> is = traits(one);
      Optional<Traits> had = traits(other);
      if (of[one] != NONE || is.isEmpty() || had.isEmpty()) {
        return false;
      }
      return switch (is.get().certainty(had.get())) {
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

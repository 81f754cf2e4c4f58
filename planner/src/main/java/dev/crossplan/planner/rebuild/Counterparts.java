package dev.crossplan.planner.rebuild;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.LinkedHashMultimap;
import com.google.common.collect.ListMultimap;
import com.google.common.collect.Lists;
import com.google.common.collect.MultimapBuilder;
import com.google.common.collect.Multisets;
import com.google.common.collect.SetMultimap;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.rebuild.Mentions.Place;
import dev.crossplan.planner.variant.Packages;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
 * by where they are named ({@link Traits}). Then what is neither called nor made alike is matched
 * where it stands in the place of what it replaces in all that uses it. What all that does not
 * reach is matched by its name where only one has it.
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

  /** By derivation with inputs that nothing else matches, what stands in whose place in it. */
  private final Map<Integer, ImmutableList<ImmutableSet<Place>>> places = new LinkedHashMap<>();

  private @Nullable ListMultimap<Integer, Integer> usersAfter;
  private boolean isDifferentRead;
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
    pairs.forEach(counterparts::matchAttributes);
    counterparts.descend();
    counterparts.matchLeft(derivation -> counterparts.graph.facts(derivation).name());
    counterparts.matchLeft(derivation -> packages.name(derivation).base());
    return counterparts.of;
  }

  /** All at once, as reading one is reading a file; often nothing of it is needed. */
  private void readDifferent() {
    if (isDifferentRead) {
      return;
    }
    isDifferentRead = true;
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
    do {
      descendByWhatTheyAre();
    } while (matchByPlace());
  }

  private void descendByWhatTheyAre() {
    while (!toDescend.isEmpty() || !withOthers.isEmpty()) {
      if (toDescend.isEmpty()) {
        List<Inputs> renamed = withOthers.stream().map(Inputs::new).toList();
        withOthers.clear();
        readDifferent();
        BitSet wanted = new BitSet();
        renamed.forEach(inputs -> inputs.addAll(wanted));
        derivations.read(wanted);
        traits.clear(); // more sources are known by what they are
        renamed.forEach(Inputs::matchKept);
        renamed.forEach(inputs -> inputs.match(Likeness.OTHER_NAME));
        readPlaces(renamed.stream().filter(Inputs::areLeft).toList());
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

  private void readPlaces(List<Inputs> users) {
    BitSet wanted = new BitSet();
    users.forEach(inputs -> inputs.addDifferent(wanted));
    derivations.read(wanted);
    users.forEach(inputs -> places.put(inputs.now, inputs.places()));
  }

  /**
   * Matches what is another package altogether, but stands where what it replaces stood in all that
   * used it.
   *
   * @return whether there was any
   */
  private boolean matchByPlace() {
    ListMultimap<Place, Integer> users = MultimapBuilder.linkedHashKeys().arrayListValues().build();
    places.forEach(
        (user, inIt) ->
            new Inputs(user).replacements(inIt).forEach(place -> users.put(place, user)));
    BitSet counterparts = counterparts();
    boolean isAny = false;
    for (Place place : Multisets.copyHighestCountFirst(users.keys()).elementSet()) {
      int now = graph.find(place.now()).orElseThrow();
      int was = graph.find(place.was()).orElseThrow();
      if (of[now] == NONE && isReplaced(now, was, users.get(place), counterparts)) {
        match(now, was);
        isAny = true;
      }
    }
    return isAny;
  }

  /**
   * Whether one is not used any more, but by what is beyond reach, as a bootstrap is of overlays:
   * by fewer than those that use the other, of which none changed. What they were and other stages
   * of them do not count.
   */
  private boolean isReplaced(int now, int was, List<Integer> switched, BitSet counterparts) {
    Set<String> names = new HashSet<>();
    switched.forEach(user -> names.add(packages.name(user).base()));
    int kept = 0;
    @Nullable BitSet below = null;
    for (int user : usersAfter().get(was)) {
      if (!before.get(user)) {
        if (below == null) { // a wrapper uses what it replaces
          below = new BitSet();
          graph.addClosure(now, below);
        }
        if (!below.get(user)) {
          return false;
        }
      } else if (!counterparts.get(user) && !names.contains(packages.name(user).base())) {
        kept++;
      }
    }
    return switched.size() > kept;
  }

  private BitSet counterparts() {
    BitSet counterparts = new BitSet();
    for (int was : of) {
      if (was != NONE) {
        counterparts.set(was);
      }
    }
    return counterparts;
  }

  /** By input that there was before, what uses it now. */
  private ListMultimap<Integer, Integer> usersAfter() {
    if (usersAfter == null) {
      usersAfter = ArrayListMultimap.create();
      for (int user = after.nextSetBit(0); user >= 0; user = after.nextSetBit(user + 1)) {
        for (int input : graph.inputs(user)) {
          if (before.get(input)) {
            usersAfter.put(input, user);
          }
        }
      }
    }
    return usersAfter;
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

    /** What both have and is called as one that only one of them has. */
    private final List<Integer> kept = new ArrayList<>();

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
      Set<Key> names = new HashSet<>();
      left.forEach(input -> names.addAll(keys(input, Likeness.BASE_NAME)));
      for (int input : graph.inputs(now)) {
        if (before.get(input)
            && Arrays.binarySearch(graph.inputs(was), input) >= 0
            && names.containsAll(keys(input, Likeness.BASE_NAME))) {
          kept.add(input);
        }
      }
    }

    boolean areLeft() {
      return !(free.isEmpty() && kept.isEmpty())
          && left.stream().anyMatch(input -> of[input] == NONE);
    }

    void addAll(BitSet wanted) {
      wanted.set(now);
      wanted.set(was);
      left.forEach(wanted::set);
      free.forEach(wanted::set);
      kept.forEach(wanted::set);
    }

    /**
     * Matches what stands where something of the same name stood that is still needed elsewhere, as
     * the shell of a bootstrap is, which overlays do not reach.
     */
    void matchKept() {
      if (kept.isEmpty()) {
        return;
      }
      Set<Place> standing = new HashSet<>();
      mentions(now, with(added, kept))
          .places(mentions(was, with(removed, kept)))
          .forEach(standing::addAll);
      for (Likeness likeness : NAMES) {
        for (int input : ImmutableList.copyOf(left)) {
          List<Integer> places =
              kept.stream()
                  .filter(other -> keys(input, likeness).equals(keys(other, likeness)))
                  .filter(
                      other -> standing.contains(new Place(graph.path(input), graph.path(other))))
                  .toList();
          if (of[input] == NONE && places.size() == 1) {
            Counterparts.this.match(input, places.get(0));
            left.remove(input);
          }
        }
      }
    }

    private static List<Integer> with(List<Integer> some, List<Integer> others) {
      return ImmutableList.<Integer>builder().addAll(some).addAll(others).build();
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
      readDifferent();
      return derivations
          .find(user)
          .map(
              whole ->
                  Mentions.of(
                      graph.path(user), whole, Lists.transform(inputs, graph::path), derivations))
          .orElse(Mentions.NONE);
    }

    void addDifferent(BitSet wanted) {
      wanted.set(now);
      wanted.set(was);
      added.forEach(wanted::set);
      removed.forEach(wanted::set);
    }

    /** What stands in whose place, by attribute. */
    ImmutableList<ImmutableSet<Place>> places() {
      return mentions(now, added).places(mentions(was, removed));
    }

    /**
     * Of what is not matched, what stands in the place of which one other input, in each attribute
     * that agrees with what is matched.
     */
    List<Place> replacements(ImmutableList<ImmutableSet<Place>> places) {
      SetMultimap<Integer, Integer> standsFor = LinkedHashMultimap.create();
      SetMultimap<Integer, Integer> hasInPlace = LinkedHashMultimap.create();
      for (ImmutableSet<Place> attribute : places) {
        if (attribute.stream().allMatch(this::isPossible)) {
          for (Place place : attribute) {
            standsFor.put(number(place.now()), number(place.was()));
            hasInPlace.put(number(place.was()), number(place.now()));
          }
        }
      }
      List<Place> replacements = new ArrayList<>();
      standsFor.forEach(
          (input, other) -> {
            if (left.contains(input)
                && of[input] == NONE
                && free.contains(other)
                && standsFor.get(input).size() == 1
                && hasInPlace.get(other).size() == 1) {
              replacements.add(new Place(graph.path(input), graph.path(other)));
            }
          });
      return replacements;
    }

    private boolean isPossible(Place place) {
      int counterpart = of[number(place.now())];
      return counterpart == NONE || counterpart == number(place.was());
    }

    private int number(StorePath path) {
      return graph.find(path).orElseThrow();
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
    BitSet taken = counterparts();
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

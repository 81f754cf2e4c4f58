package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Maps;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.ints.IntComparator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * All derivations of all instances in one acyclic graph, each once: a derivation that two instances
 * evaluate to is one vertex. Derivations are the numbers from 0 to {@link #size()}, in the order of
 * their paths; plain arrays, because the stages that follow run over millions of edges.
 */
public final class DerivationGraph {
  private final ImmutableList<Instance> instances;
  private final StorePath[] paths;
  private final DerivationFacts[] facts;
  private final int[][] inputs;
  private final ImmutableList<ImmutableList<String>>[] inputOutputs;
  private final ImmutableList<BitSet> members;
  private final ImmutableList<ImmutableSortedMap<String, Integer>> attributes;
  private final ImmutableList<ImmutableMap<String, String>> failures;
  private final ImmutableList<Optional<EvaluationCost>> evaluationCosts;
  private final int[] order;

  /** By instance, the first that was read with it. */
  private final int[] firstLike;

  private final ImmutableList<Integer> distinctInstances;

  /**
   * Joins the graphs of instances.
   *
   * @param parts what was read of each instance; the same object where two are the same
   * @param isWanted by instance, which attributes of its part are its own: one that is read for
   *     several has those of all
   * @throws InputException if there is a cycle, or two instances have different derivations under
   *     one path
   */
  static DerivationGraph join(
      ImmutableList<Instance> instances, List<GraphPart> parts, List<Predicate<String>> isWanted) {
    return new DerivationGraph(instances, parts, isWanted);
  }

  private DerivationGraph(
      ImmutableList<Instance> instances, List<GraphPart> parts, List<Predicate<String>> isWanted) {
    this.instances = instances;
    this.firstLike = firstLike(parts);
    List<int[]> places = new ArrayList<>();
    this.paths = allPaths(parts, places);
    this.facts = new DerivationFacts[paths.length];
    this.inputs = new int[paths.length][];
    this.inputOutputs = newArray(paths.length);
    ImmutableList.Builder<BitSet> allMembers = ImmutableList.builder();
    ImmutableList.Builder<ImmutableSortedMap<String, Integer>> allAttributes =
        ImmutableList.builder();
    ImmutableList.Builder<ImmutableMap<String, String>> allFailures = ImmutableList.builder();
    List<BitSet> takenOf = new ArrayList<>();
    Map<Named, BitSet> closures = new HashMap<>(); // many instances of one part name the same
    for (int i = 0; i < parts.size(); i++) {
      GraphPart part = parts.get(i);
      BitSet taken = firstLike[i] == i ? take(parts, i, places) : takenOf.get(firstLike[i]);
      takenOf.add(taken);
      ImmutableSortedMap.Builder<String, Integer> named = ImmutableSortedMap.naturalOrder();
      Maps.filterKeys(part.attributes(), isWanted.get(i)::test)
          .forEach((attribute, path) -> named.put(attribute, indexOf(path)));
      ImmutableSortedMap<String, Integer> own = named.buildOrThrow();
      allMembers.add(
          own.size() == part.attributes().size()
              ? taken
              : closures.computeIfAbsent(
                  new Named(firstLike[i], own), each -> closure(each.attributes().values())));
      allAttributes.add(own);
      allFailures.add(ImmutableMap.copyOf(Maps.filterKeys(part.failures(), isWanted.get(i)::test)));
    }
    this.members = allMembers.build();
    this.distinctInstances = distinctInstances(members);
    this.attributes = allAttributes.build();
    this.failures = allFailures.build();
    this.evaluationCosts =
        parts.stream().map(GraphPart::evaluationCost).collect(ImmutableList.toImmutableList());
    this.order = inputsFirst(parts);
  }

  /** Attributes of what was read for an instance. */
  private record Named(int firstLike, ImmutableSortedMap<String, Integer> attributes) {}

  private static int[] firstLike(List<GraphPart> parts) {
    IdentityHashMap<GraphPart, Integer> first = new IdentityHashMap<>();
    int[] firstLike = new int[parts.size()];
    for (int i = 0; i < firstLike.length; i++) {
      first.putIfAbsent(parts.get(i), i);
      firstLike[i] = first.getOrDefault(parts.get(i), i);
    }
    return firstLike;
  }

  /** The same object is the same set: others need not be looked into. */
  private static ImmutableList<Integer> distinctInstances(List<BitSet> members) {
    IdentityHashMap<BitSet, Integer> known = new IdentityHashMap<>();
    ImmutableList.Builder<Integer> distinct = ImmutableList.builder();
    for (int instance = 0; instance < members.size(); instance++) {
      if (known.putIfAbsent(members.get(instance), instance) == null) {
        distinct.add(instance);
      }
    }
    return distinct.build();
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
  private static ImmutableList<ImmutableList<String>>[] newArray(int length) {
    return new ImmutableList[length];
  }

  /**
   * The paths of all parts, each once, sorted.
   *
   * @param places takes for each part the numbers that its derivations get
   */
  private StorePath[] allPaths(List<GraphPart> parts, List<int[]> places) {
    List<GraphPart> distinct = new ArrayList<>();
    for (int i = 0; i < firstLike.length; i++) {
      if (firstLike[i] == i) {
        distinct.add(parts.get(i));
      }
    }
    IdentityHashMap<GraphPart, int[]> placesOf = new IdentityHashMap<>();
    StorePath[] sorted = sortedPaths(distinct, placesOf::put);
    for (int first : firstLike) {
      places.add(Objects.requireNonNull(placesOf.get(parts.get(first))));
    }
    return sorted;
  }

  private static StorePath[] sortedPaths(
      List<GraphPart> parts, BiConsumer<GraphPart, int[]> places) {
    int mentioned = parts.stream().mapToInt(GraphPart::size).sum();
    StorePath[] all = new StorePath[mentioned];
    long[] prefixes = new long[mentioned];
    int[] sorted = new int[mentioned];
    boolean oneDirectory = true;
    int next = 0;
    for (GraphPart part : parts) {
      for (int number = 0; number < part.size(); number++) {
        StorePath path = part.path(number);
        all[next] = path;
        oneDirectory &= path.directory().equals(all[0].directory());
        prefixes[next] = path.hashPrefix();
        sorted[next] = next;
        next++;
      }
    }
    // Numbers are compared much more quickly than texts that are all over the memory.
    IntComparator byText = (left, right) -> all[left].compareTo(all[right]);
    IntComparator byPrefix =
        (left, right) -> {
          int order = Long.compare(prefixes[left], prefixes[right]);
          return order == 0 ? byText.compare(left, right) : order;
        };
    IntArrays.quickSort(sorted, oneDirectory ? byPrefix : byText);
    StorePath[] distinct = new StorePath[mentioned];
    int[] place = new int[mentioned];
    int count = 0;
    for (int mention : sorted) {
      if (count == 0 || !distinct[count - 1].equals(all[mention])) {
        distinct[count++] = all[mention];
      }
      place[mention] = count - 1;
    }
    int from = 0;
    for (GraphPart part : parts) {
      places.accept(part, Arrays.copyOfRange(place, from, from + part.size()));
      from += part.size();
    }
    return Arrays.copyOf(distinct, count);
  }

  /** Takes over what is new in a part; gives the derivations that it has. */
  private BitSet take(List<GraphPart> parts, int of, List<int[]> places) {
    GraphPart part = parts.get(of);
    int[] place = places.get(of);
    BitSet taken = new BitSet(paths.length);
    for (int number = 0; number < place.length; number++) {
      int derivation = place[number];
      taken.set(derivation);
      if (facts[derivation] == null) {
        facts[derivation] = part.facts(number);
        int[] needed = part.inputs(number).clone();
        for (int i = 0; i < needed.length; i++) {
          needed[i] = place[needed[i]];
        }
        inputs[derivation] = needed;
        inputOutputs[derivation] = part.inputOutputs(number);
      } else {
        checkSame(derivation, part, number, place)
            .ifPresent(
                difference -> {
                  throw differs(derivation, difference, part, parts, places);
                });
      }
    }
    return taken;
  }

  /** In what a derivation of {@code part} differs from the one of its path that was taken over. */
  private Optional<String> checkSame(int derivation, GraphPart part, int number, int[] place) {
    int[] needed = part.inputs(number);
    boolean same =
        needed.length == inputs[derivation].length
            && part.inputOutputs(number).equals(inputOutputs[derivation]);
    for (int i = 0; same && i < needed.length; i++) {
      same = place[needed[i]] == inputs[derivation][i];
    }
    return same ? facts[derivation].difference(part.facts(number)) : Optional.of("inputs");
  }

  private InputException differs(
      int derivation,
      String difference,
      GraphPart part,
      List<GraphPart> parts,
      List<int[]> places) {
    int first = 0;
    while (Arrays.stream(places.get(first)).noneMatch(each -> each == derivation)) {
      first++;
    }
    return new InputException(
        part.source()
            + ": "
            + paths[derivation]
            + " has different "
            + difference
            + " in "
            + parts.get(first).source(),
        GraphPart.EDITED);
  }

  private int indexOf(StorePath path) {
    return Arrays.binarySearch(paths, path);
  }

  /** Kahn's order. */
  private int[] inputsFirst(List<GraphPart> parts) {
    int[][] users = users();
    int[] waiting = new int[paths.length];
    int[] sorted = new int[paths.length];
    int end = 0;
    for (int derivation = 0; derivation < paths.length; derivation++) {
      waiting[derivation] = inputs[derivation].length;
      if (waiting[derivation] == 0) {
        sorted[end++] = derivation;
      }
    }
    for (int at = 0; at < end; at++) {
      for (int user : users[sorted[at]]) {
        if (--waiting[user] == 0) {
          sorted[end++] = user;
        }
      }
    }
    if (end < paths.length) {
      throw cycle(waiting, parts);
    }
    return sorted;
  }

  /**
   * From what is left when nothing is without inputs any more, following inputs leads into a cycle.
   */
  private InputException cycle(int[] waiting, List<GraphPart> parts) {
    int at = 0;
    while (waiting[at] == 0) {
      at++;
    }
    BitSet seen = new BitSet();
    StringBuilder told = new StringBuilder();
    for (int round = 0;
        round < 2;
        round++) { // the first to get into the cycle, the second to tell it
      seen.clear();
      told.setLength(0);
      while (!seen.get(at)) {
        seen.set(at);
        told.append("\n  ").append(paths[at]).append(" needs");
        int here = at;
        at =
            Arrays.stream(inputs[here])
                .filter(input -> waiting[input] > 0)
                .findFirst()
                .orElse(here);
      }
      told.append("\n  ").append(paths[at]);
    }
    return new InputException(
        source(parts, at) + ": the derivations need one another in a cycle:" + told,
        "Maybe the file was edited; Nix makes no such derivations.");
  }

  /** Where the first instance that has {@code derivation} was read. */
  private String source(List<GraphPart> parts, int derivation) {
    int instance = 0;
    while (!members.get(instance).get(derivation)) {
      instance++;
    }
    return parts.get(instance).source();
  }

  private int[][] users() {
    int[] count = new int[paths.length];
    for (int[] of : inputs) {
      for (int input : of) {
        count[input]++;
      }
    }
    int[][] users = new int[paths.length][];
    for (int derivation = 0; derivation < users.length; derivation++) {
      users[derivation] = new int[count[derivation]];
    }
    for (int derivation = 0; derivation < users.length; derivation++) {
      for (int input : inputs[derivation]) {
        users[input][--count[input]] = derivation;
      }
    }
    return users;
  }

  public int size() {
    return paths.length;
  }

  public ImmutableList<Instance> instances() {
    return instances;
  }

  public StorePath path(int derivation) {
    return paths[derivation];
  }

  public DerivationFacts facts(int derivation) {
    return facts[derivation];
  }

  /** The inputs of {@code derivation}, in the order of their paths. Not to be written to. */
  public int[] inputs(int derivation) {
    return inputs[derivation];
  }

  /** The outputs that are used of each of {@link #inputs}, in the same order. */
  public ImmutableList<ImmutableList<String>> inputOutputs(int derivation) {
    return inputOutputs[derivation];
  }

  /**
   * The instances without those that have the same derivations as one before them, as far as that
   * is known by how they were read.
   */
  public ImmutableList<Integer> distinctInstances() {
    return distinctInstances;
  }

  /** Adds the derivations that {@code instance} evaluates to. */
  public void addMembers(int instance, BitSet derivations) {
    derivations.or(members.get(instance));
  }

  /** Whether {@code instance} evaluates to {@code derivation}. */
  public boolean isIn(int instance, int derivation) {
    return members.get(instance).get(derivation);
  }

  /** The first instance, in the order of the manifest, that evaluates to {@code derivation}. */
  public int instanceOf(int derivation) {
    for (int instance = 0; instance < members.size(); instance++) {
      if (members.get(instance).get(derivation)) {
        return instance;
      }
    }
    throw new IllegalArgumentException("in no instance: " + derivation);
  }

  /** The derivations of the attributes of {@code instance}. */
  public ImmutableSortedMap<String, Integer> attributes(int instance) {
    return attributes.get(instance);
  }

  /** The attributes of {@code instance} that did not evaluate, and what was said. */
  public Map<String, String> failures(int instance) {
    return failures.get(instance);
  }

  /** What evaluating {@code instance} took; empty if it was evaluated elsewhere. */
  public Optional<EvaluationCost> evaluationCost(int instance) {
    return evaluationCosts.get(instance);
  }

  /**
   * The first instance, in the order of the manifest, whose evaluation was for {@code instance}
   * too; empty if that is the first itself.
   */
  public OptionalInt evaluatedWith(int instance) {
    int first = firstLike[instance];
    return first == instance ? OptionalInt.empty() : OptionalInt.of(first);
  }

  private BitSet closure(Iterable<Integer> derivations) {
    BitSet closure = new BitSet(paths.length);
    derivations.forEach(derivation -> addClosure(derivation, closure));
    return closure;
  }

  /**
   * Whether two instances mean the same, or evaluate to the same derivations under the same
   * attributes.
   */
  public boolean areSame(int instance, int other) {
    if (firstLike[instance] == firstLike[other]) {
      return true;
    }
    return !members.get(instance).isEmpty()
        && members.get(instance).equals(members.get(other))
        && attributes.get(instance).equals(attributes.get(other));
  }

  /** Adds {@code derivation} and all that it needs to {@code closure}. */
  public void addClosure(int derivation, BitSet closure) {
    IntArrayList open = new IntArrayList();
    open.push(derivation);
    while (!open.isEmpty()) {
      int next = open.popInt();
      if (!closure.get(next)) {
        closure.set(next);
        for (int input : inputs[next]) {
          open.push(input);
        }
      }
    }
  }

  /** All derivations, each after its inputs. Not to be written to. */
  public int[] inputsFirst() {
    return order;
  }

  public OptionalInt find(StorePath path) {
    int index = indexOf(path);
    return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
  }

  @Override
  public String toString() {
    return size() + " derivations of " + instances.size() + " instances";
  }
}

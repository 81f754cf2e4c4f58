package dev.crossplan.planner.instance;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Multiset;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.InputOutputs;
import dev.crossplan.planner.derivation.StorePath;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The derivations of one instance while they are read, numbered in the order in which they are
 * first mentioned.
 */
final class GraphPart {
  private final String source;
  private final PlatformFlags flags;
  private final Object2IntOpenHashMap<StorePath> numbers = new Object2IntOpenHashMap<>();
  private final List<StorePath> paths = new ArrayList<>();
  private final List<@Nullable DerivationFacts> facts = new ArrayList<>();
  private final List<int[]> inputs = new ArrayList<>();
  private final List<ImmutableList<ImmutableList<String>>> inputOutputs = new ArrayList<>();
  private final Map<ImmutableList<String>, ImmutableList<String>> sharedNames = new HashMap<>();
  private static final int[] NONE = {};

  /** A path has a hash of all that the derivation says. */
  static final String EDITED = "Maybe a file was edited; Nix makes no such derivations.";

  private ImmutableMap<String, StorePath> attributes = ImmutableMap.of();
  private ImmutableMap<String, String> failures = ImmutableMap.of();
  private Optional<EvaluationCost> evaluationCost = Optional.empty();

  /**
   * @param source what is read, for messages
   */
  GraphPart(String source, PlatformFlags flags) {
    this.source = source;
    this.flags = flags;
    numbers.defaultReturnValue(-1);
  }

  void add(StorePath path, Derivation derivation) {
    int number = number(path);
    int count = derivation.inputDerivations().size();
    int[] needed = new int[count];
    ImmutableList.Builder<ImmutableList<String>> outputs =
        ImmutableList.builderWithExpectedSize(count);
    int next = 0;
    for (Map.Entry<StorePath, InputOutputs> input : derivation.inputDerivations().entrySet()) {
      needed[next++] = number(input.getKey());
      outputs.add(shared(input.getValue().names().asList()));
    }
    DerivationFacts read = facts(path, derivation);
    DerivationFacts before = facts.get(number);
    ImmutableList<ImmutableList<String>> used = outputs.build();
    if (before != null) {
      String difference =
          !Arrays.equals(needed, inputs.get(number)) || !used.equals(inputOutputs.get(number))
              ? "inputs"
              : before.difference(read).orElse(null);
      if (difference != null) {
        throw new InputException(
            source + ": " + path + " is there twice, with different " + difference, EDITED);
      }
    }
    facts.set(number, read);
    inputs.set(number, needed);
    inputOutputs.set(number, used);
  }

  private DerivationFacts facts(StorePath path, Derivation derivation) {
    try {
      return DerivationFacts.of(derivation, flags);
    } catch (InputException e) {
      throw e.at(source + ": derivation " + path, EDITED);
    }
  }

  private int number(StorePath path) {
    int known = numbers.getInt(path);
    if (known >= 0) {
      return known;
    }
    numbers.put(path, paths.size());
    paths.add(path);
    facts.add(null);
    inputs.add(NONE);
    inputOutputs.add(ImmutableList.of());
    return paths.size() - 1;
  }

  /** Nearly all inputs are used for the same few outputs. */
  private ImmutableList<String> shared(ImmutableList<String> names) {
    ImmutableList<String> known = sharedNames.putIfAbsent(names, names);
    return known == null ? names : known;
  }

  void setAttributes(
      ImmutableMap<String, StorePath> newAttributes, ImmutableMap<String, String> newFailures) {
    this.attributes = newAttributes;
    this.failures = newFailures;
  }

  void setEvaluationCost(EvaluationCost cost) {
    evaluationCost = Optional.of(cost);
  }

  /** Empty for what was evaluated elsewhere. */
  Optional<EvaluationCost> evaluationCost() {
    return evaluationCost;
  }

  /**
   * @throws InputException if an input derivation, an output that is used of one, or an attribute
   *     is not among what was read
   */
  void checkComplete() {
    for (int number = 0; number < paths.size(); number++) {
      if (facts.get(number) == null) {
        throw new InputException(
            source
                + ": "
                + needing(number)
                + " needs "
                + paths.get(number)
                + ", which is not there",
            "Maybe it was written without -r; crossplan needs all inputs.");
      }
    }
    for (int number = 0; number < paths.size(); number++) {
      for (int i = 0; i < inputs.get(number).length; i++) {
        int input = inputs.get(number)[i];
        for (String output : inputOutputs.get(number).get(i)) {
          if (!facts(input).hasOutput(output)) {
            throw new InputException(
                source
                    + ": "
                    + paths.get(number)
                    + " uses the output "
                    + output
                    + " of "
                    + paths.get(input)
                    + ", which has only "
                    + String.join(", ", facts(input).outputNames()),
                EDITED);
          }
        }
      }
    }
    attributes.forEach(
        (attribute, path) -> {
          if (numbers.getInt(path) < 0) {
            throw missing(source, attribute, path);
          }
        });
  }

  /** The complaint that what an attribute evaluated to is not where the derivations are. */
  static InputException missing(String source, String attribute, StorePath path) {
    return new InputException(
        source + ": attribute " + attribute + " is " + path + ", which is not there",
        "Maybe derivations and jobs are of different evaluations.");
  }

  private String needing(int number) {
    for (int other = 0; other < paths.size(); other++) {
      for (int input : inputs.get(other)) {
        if (input == number) {
          return paths.get(other).toString();
        }
      }
    }
    throw new IllegalStateException(paths.get(number) + " was mentioned by nothing");
  }

  int size() {
    return paths.size();
  }

  StorePath path(int number) {
    return paths.get(number);
  }

  DerivationFacts facts(int number) {
    DerivationFacts known = facts.get(number);
    if (known == null) {
      throw new IllegalStateException("not checked to be complete");
    }
    return known;
  }

  int[] inputs(int number) {
    return inputs.get(number);
  }

  ImmutableList<ImmutableList<String>> inputOutputs(int number) {
    return inputOutputs.get(number);
  }

  ImmutableMap<String, StorePath> attributes() {
    return attributes;
  }

  ImmutableMap<String, String> failures() {
    return failures;
  }

  String source() {
    return source;
  }

  /** Hands on the packages that some attributes are made of; downloads are none. */
  void packagesOf(ImmutableList<String> image, Consumer<DerivationFacts> consumer) {
    BitSet seen = new BitSet(paths.size());
    Deque<Integer> toVisit = new ArrayDeque<>();
    for (String attribute : image) {
      StorePath root = attributes.get(attribute);
      if (root != null) {
        toVisit.add(numbers.getInt(root));
      }
    }
    while (!toVisit.isEmpty()) {
      int number = toVisit.pop();
      if (seen.get(number) || facts(number).isFixedOutput()) {
        continue;
      }
      seen.set(number);
      consumer.accept(facts(number));
      for (int input : inputs.get(number)) {
        toVisit.push(input);
      }
    }
  }

  /**
   * Names the attributes of an instance of which nothing tells them: derivations that no other
   * needs, by their pname, else by their name. Those that would have the same by their name with
   * version, and where even that is the same, by what the store calls them.
   */
  void nameRoots() {
    boolean[] needed = new boolean[paths.size()];
    for (int[] of : inputs) {
      for (int input : of) {
        needed[input] = true;
      }
    }
    List<Integer> roots = new ArrayList<>();
    Multiset<String> names = HashMultiset.create();
    for (int number = 0; number < paths.size(); number++) {
      if (!needed[number]) {
        roots.add(number);
        String name = facts(number).name();
        names.addAll(ImmutableSet.of(name, facts(number).packageName().orElse(name)));
      }
    }
    ImmutableSortedMap.Builder<String, StorePath> named = ImmutableSortedMap.naturalOrder();
    for (int root : roots) {
      String name = facts(root).packageName().orElse(facts(root).name());
      if (names.count(name) > 1) {
        name = facts(root).name();
      }
      if (names.count(name) > 1) {
        name = paths.get(root).baseName();
      }
      named.put(name, paths.get(root));
    }
    setAttributes(named.buildOrThrow(), ImmutableMap.of());
  }
}

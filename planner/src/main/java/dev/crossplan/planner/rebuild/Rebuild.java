package dev.crossplan.planner.rebuild;

import com.google.common.base.MoreObjects;
import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.ListMultimap;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Substitutes;
import dev.crossplan.planner.rebuild.Change.Kind;
import dev.crossplan.planner.variant.Packages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What has to be built anew when instances evaluate to other derivations than before: those of
 * which not all outputs were outputs before, by the paths that Nix gives them. A derivation that is
 * another one but has the same outputs, as a download from another place, is not built anew.
 *
 * <p>One changed by itself if with the inputs of before it still is not what it was; else it only
 * changed because an input did. Nearest common causes are dominators: a change is because of the
 * nearest other one that is on every path from a change by itself to it.
 */
public final class Rebuild {
  private final Packages packages;
  private final ImmutableList<Change> changes;
  private final int examined;
  private final int gone;
  private final ImmutableList<Integer> longestChain;

  private Rebuild(
      Packages packages,
      ImmutableList<Change> changes,
      int examined,
      int gone,
      ImmutableList<Integer> longestChain) {
    this.packages = packages;
    this.changes = changes;
    this.examined = examined;
    this.gone = gone;
    this.longestChain = longestChain;
  }

  static Rebuild between(
      Packages packages,
      Comparison comparison,
      WholeDerivations derivations,
      IntToDoubleFunction seconds,
      Substitutes substitutes) {
    return new Draft(packages, comparison, derivations).finish(seconds, substitutes);
  }

  static BitSet others(Packages packages, Comparison comparison, WholeDerivations derivations) {
    return new Draft(packages, comparison, derivations).others();
  }

  private static BitSet members(DerivationGraph graph, ImmutableIntArray instances) {
    BitSet members = new BitSet(graph.size());
    instances.forEach(instance -> graph.addMembers(instance, members));
    return members;
  }

  /**
   * The derivations that have to be built anew or, with luck, substituted, each after its inputs.
   */
  public ImmutableList<Change> changes() {
    return changes;
  }

  /** How many changed by themselves, are new, or follow from others. */
  public int count(Kind kind) {
    return (int) changes.stream().filter(change -> change.kind() == kind).count();
  }

  /** How many derivations there are now, those with the same outputs as one. */
  public int examined() {
    return examined;
  }

  /** How many derivations there were that are neither there any more nor became others. */
  public int gone() {
    return gone;
  }

  /** How many could be substituted before and have to be built now. */
  public int lostSubstitutes() {
    return (int) changes.stream().filter(Change::lostSubstitute).count();
  }

  /** How many of the changes a substituter has, so that nothing is built. */
  public int substituted() {
    return (int) changes.stream().filter(Change::isSubstituted).count();
  }

  /** The sum of what building takes, on builders of speed 1. */
  public double builderSeconds() {
    return changes.stream().mapToDouble(Change::seconds).sum();
  }

  /** Derivations to be built anew of which each is an input of the next, the longest in seconds. */
  public ImmutableList<Integer> longestChain() {
    return longestChain;
  }

  /** How long {@link #longestChain} takes, on builders of speed 1. */
  public double chainSeconds() {
    Set<Integer> chain = new HashSet<>(longestChain);
    return changes.stream()
        .filter(change -> chain.contains(change.derivation()))
        .mapToDouble(Change::seconds)
        .sum();
  }

  public Packages packages() {
    return packages;
  }

  /** A comparison on its way. */
  private static final class Draft {
    private final Packages packages;
    private final DerivationGraph graph;
    private final BitSet before;
    private final BitSet after;
    private final BitSet rebuilt;
    private final WholeDerivations derivations;
    private final int[] was;

    /** By derivation that is built anew, the first with its outputs: Nix builds these once. */
    private final Map<Integer, Integer> firstOf = new HashMap<>();

    private @Nullable ListMultimap<Set<StorePath>, Integer> makersBefore; // when first asked for

    Draft(Packages packages, Comparison comparison, WholeDerivations derivations) {
      this.packages = packages;
      this.graph = packages.graph();
      this.before = members(graph, comparison.before());
      this.after = members(graph, comparison.after());
      this.derivations = derivations;
      this.was = Counterparts.find(packages, before, after, comparison.pairs(), derivations);
      this.rebuilt = rebuilt();
    }

    private BitSet rebuilt() {
      Set<StorePath> outputs = new HashSet<>();
      before.stream()
          .forEach(derivation -> outputs.addAll(graph.facts(derivation).knownOutputPaths()));
      BitSet others = new BitSet(graph.size());
      Map<Set<StorePath>, Integer> firstByOutputs = new HashMap<>();
      for (int derivation : graph.inputsFirst()) {
        if (!after.get(derivation)
            || before.get(derivation)
            || outputs.containsAll(outputs(derivation))) {
          continue;
        }
        int first =
            MoreObjects.firstNonNull(
                firstByOutputs.putIfAbsent(outputs(derivation), derivation), derivation);
        others.set(first);
        firstOf.put(derivation, first);
        was[first] = was[first] < 0 ? was[derivation] : was[first];
      }
      return others;
    }

    /** What a derivation makes: itself stands for outputs whose paths are not known. */
    private Set<StorePath> outputs(int derivation) {
      List<StorePath> known = graph.facts(derivation).knownOutputPaths();
      return known.size() < graph.facts(derivation).outputCount()
          ? Set.of(graph.path(derivation))
          : Set.copyOf(known);
    }

    /** How many derivations there are now, those with the same outputs as one. */
    private int examined() {
      return (int) after.stream().mapToObj(this::outputs).distinct().count();
    }

    BitSet others() {
      BitSet others = (BitSet) rebuilt.clone();
      rebuilt.stream().filter(derivation -> was[derivation] < 0).forEach(others::clear);
      return others;
    }

    Rebuild finish(IntToDoubleFunction seconds, Substitutes substitutes) {
      derivations.read(compared());
      OwnDifferences differences = new OwnDifferences(derivations);
      Map<Integer, ImmutableSortedSet<String>> own = new HashMap<>();
      CauseTree tree = new CauseTree(graph.size());
      List<Integer> order = new ArrayList<>();
      for (int derivation : graph.inputsFirst()) {
        if (rebuilt.get(derivation)) {
          order.add(derivation);
          int[] changedInputs = changedInputs(derivation);
          ImmutableSortedSet<String> differing =
              was[derivation] < 0 ? ImmutableSortedSet.of() : differences(derivation, differences);
          own.put(derivation, differing);
          tree.add(
              derivation,
              changedInputs,
              was[derivation] < 0 || !differing.isEmpty() || changedInputs.length == 0);
        }
      }
      Map<Integer, Double> least = leastSeconds(seconds);
      ImmutableList.Builder<Change> changes = ImmutableList.builder();
      Map<Integer, Double> costs = new HashMap<>();
      for (int derivation : order) {
        boolean isSubstituted = substitutes.has(derivation);
        double cost = isSubstituted ? 0 : least.getOrDefault(derivation, 0.0);
        costs.put(derivation, cost);
        ImmutableSortedSet<String> differing =
            own.getOrDefault(derivation, ImmutableSortedSet.of());
        Kind kind =
            was[derivation] < 0 ? Kind.NEW : tree.isCause(derivation) ? Kind.ITSELF : Kind.INPUTS;
        changes.add(
            new Change(
                derivation,
                was[derivation] < 0 ? OptionalInt.empty() : OptionalInt.of(was[derivation]),
                kind,
                differing,
                tree.because(derivation),
                tree.branch(derivation),
                // Without it there would be none, whatever its inputs are.
                kind == Kind.NEW ? tree.branch(derivation) : tree.alone(derivation),
                cost,
                isSubstituted,
                was[derivation] >= 0 && substitutes.has(was[derivation]) && !isSubstituted));
      }
      return new Rebuild(packages, changes.build(), examined(), gone(), longestChain(order, costs));
    }

    /**
     * What is built anew takes what the quickest of those with its outputs does: a download for the
     * board need not be emulated where one for this machine has the same.
     */
    private Map<Integer, Double> leastSeconds(IntToDoubleFunction seconds) {
      Map<Integer, Double> least = new HashMap<>();
      firstOf.forEach(
          (derivation, first) -> least.merge(first, seconds.applyAsDouble(derivation), Math::min));
      return least;
    }

    private BitSet compared() {
      BitSet compared = new BitSet(graph.size());
      after.stream()
          .filter(derivation -> was[derivation] >= 0)
          .forEach(
              derivation -> {
                compared.set(derivation);
                compared.set(was[derivation]);
                for (int input : graph.inputs(derivation)) {
                  if (was[input] >= 0) {
                    compared.set(inputBefore(input, derivation));
                  }
                }
              });
      return compared;
    }

    /** Of several downloads of one output, each user has its own. */
    private int inputBefore(int input, int user) {
      int other = was[input];
      int[] inputs = graph.inputs(was[user]);
      return Arrays.binarySearch(inputs, other) >= 0
          ? other
          : makersBefore().get(outputs(other)).stream()
              .filter(each -> Arrays.binarySearch(inputs, each) >= 0)
              .findFirst()
              .orElse(other);
    }

    /** By outputs, what had them before. */
    private ListMultimap<Set<StorePath>, Integer> makersBefore() {
      if (makersBefore == null) {
        makersBefore = ArrayListMultimap.create();
        for (int each = before.nextSetBit(0); each >= 0; each = before.nextSetBit(each + 1)) {
          makersBefore.put(outputs(each), each);
        }
      }
      return makersBefore;
    }

    private ImmutableSortedSet<String> differences(int derivation, OwnDifferences differences) {
      Map<StorePath, StorePath> inputs = new HashMap<>();
      for (int input : graph.inputs(derivation)) {
        if (was[input] >= 0) {
          inputs.put(graph.path(input), graph.path(inputBefore(input, derivation)));
        }
      }
      return differences.between(graph.path(derivation), graph.path(was[derivation]), inputs);
    }

    private int[] changedInputs(int derivation) {
      return Arrays.stream(graph.inputs(derivation))
          .map(input -> firstOf.getOrDefault(input, -1))
          .filter(input -> input >= 0)
          .sorted()
          .distinct()
          .toArray();
    }

    private int gone() {
      BitSet left = (BitSet) before.clone();
      left.andNot(after);
      for (int counterpart : was) {
        if (counterpart >= 0) {
          left.clear(counterpart);
        }
      }
      Set<Set<StorePath>> kept = new HashSet<>();
      after.stream().forEach(derivation -> kept.add(outputs(derivation)));
      return (int)
          left.stream()
              .mapToObj(this::outputs)
              .distinct()
              .filter(made -> !kept.contains(made))
              .count();
    }

    private ImmutableList<Integer> longestChain(List<Integer> order, Map<Integer, Double> costs) {
      Map<Integer, Double> until = new HashMap<>();
      Map<Integer, Integer> previous = new HashMap<>();
      @Nullable Integer last = null;
      for (int derivation : order) {
        double longest = 0;
        for (int input : changedInputs(derivation)) {
          double length = until.getOrDefault(input, 0.0);
          if (length > longest) {
            longest = length;
            previous.put(derivation, input);
          }
        }
        until.put(derivation, longest + costs.getOrDefault(derivation, 0.0));
        if (last == null || until.getOrDefault(derivation, 0.0) > until.getOrDefault(last, 0.0)) {
          last = derivation;
        }
      }
      List<Integer> chain = new ArrayList<>();
      for (Integer at = last; at != null; at = previous.get(at)) {
        chain.add(at);
      }
      Collections.reverse(chain);
      return ImmutableList.copyOf(chain);
    }
  }
}

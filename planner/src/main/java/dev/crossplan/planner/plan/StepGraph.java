package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.alternative.Alternatives;
import dev.crossplan.planner.alternative.Making;
import dev.crossplan.planner.choice.Selection;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.variant.Package;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jgrapht.traverse.NotDirectedAcyclicGraphException;
import org.jspecify.annotations.Nullable;

/** The steps that a selection means, with what they stand for and need; not yet placed in time. */
final class StepGraph {
  private final Alternatives alternatives;
  private final DerivationGraph graph;
  private final Selection selection;
  private final @Nullable StepDraft[] draftOf;
  private int draftCount;
  private final Int2IntOpenHashMap makerOf = new Int2IntOpenHashMap();
  private final Set<Integer> againstSelection = new TreeSet<>();

  StepGraph(Alternatives alternatives, Selection selection) {
    this.alternatives = alternatives;
    this.graph = alternatives.packages().graph();
    this.selection = selection;
    this.draftOf = new StepDraft[graph.size()];
    Deque<StepDraft> open = new ArrayDeque<>();
    for (Alternatives.Root root : alternatives.roots()) {
      Making making = making(root);
      StepDraft draft = draft(making, open);
      for (int derivation : root.derivations().asList()) {
        if (standsFor(making.derivation(), derivation)) {
          draft.provides.add(derivation);
        }
      }
    }
    while (!open.isEmpty()) {
      addInputs(open.pop(), open);
    }
  }

  /** How the attribute of the image is made. */
  Making making(Alternatives.Root root) {
    return preferItself(alternatives.chosenFor(root, selection));
  }

  private boolean standsFor(int making, int derivation) {
    return alternatives
        .chosenFor(derivation, selection)
        .map(chosen -> preferItself(chosen).derivation() == making)
        .orElse(false);
  }

  private StepDraft draft(Making making, Deque<StepDraft> open) {
    StepDraft known = draftOf[making.derivation()];
    if (known == null) {
      known = new StepDraft(making);
      draftOf[making.derivation()] = known;
      draftCount++;
      open.push(known);
    }
    return known;
  }

  private void addInputs(StepDraft draft, Deque<StepDraft> open) {
    if (draft.making.action() == Action.SUBSTITUTE) {
      for (int reference : alternatives.makings().references(draft.derivation()).asList()) {
        draft.inputs.add(draft(alternatives.makingOf(reference, selection), open).derivation());
      }
      return;
    }
    for (int input : graph.inputs(draft.derivation())) {
      Optional<Making> tool = alternatives.toolFor(draft.making, input, selection);
      StepDraft maker = draft(tool.map(this::preferItself).orElseGet(() -> makingFor(input)), open);
      if (tool.isPresent()) {
        draft.tools.put(input, maker.derivation());
      } else {
        maker.provides.add(input);
      }
      draft.inputs.add(maker.derivation());
    }
  }

  /** What is made anyway stands for itself, whatever else could. */
  private Making makingFor(int input) {
    boolean itself =
        alternatives.isMade(input, selection) || alternatives.isSubstituted(input, selection);
    Making chosen = preferItself(alternatives.chosenFor(input, selection).orElseThrow());
    Making making = itself ? alternatives.makingOf(input, selection) : chosen;
    if (!making.equals(chosen)) {
      againstSelection.add(input);
    }
    makerOf.put(input, making.derivation());
    return making;
  }

  private Making preferItself(Making making) {
    return alternatives.makingOf(making.derivation(), selection);
  }

  /** Numbers of packages of which more than one variant is made. */
  ImmutableSet<Integer> madeTwice() {
    Map<Integer, Integer> first = new HashMap<>();
    Set<Integer> twice = new TreeSet<>();
    for (int derivation = 0; derivation < draftOf.length; derivation++) {
      if (draftOf[derivation] == null) {
        continue;
      }
      Package made = alternatives.packages().of(derivation);
      if (first.putIfAbsent(made.number(), derivation) != null) {
        twice.add(made.number());
      }
    }
    return ImmutableSet.copyOf(twice);
  }

  /**
   * Derivations that stand for themselves though the selection has something else stand for them,
   * such that steps need one another; none where steps do not.
   */
  ImmutableSet<Integer> inCycles() {
    ImmutableList<StepDraft> order = order();
    Set<Integer> ordered = new HashSet<>();
    order.forEach(draft -> ordered.add(draft.derivation()));
    return order.size() == draftCount
        ? ImmutableSet.of()
        : againstSelection.stream()
            .filter(derivation -> !ordered.contains(makerOf.get((int) derivation)))
            .collect(ImmutableSet.toImmutableSet());
  }

  /**
   * The drafts, each after its inputs; of those that could be next, the one of the least
   * derivation.
   *
   * @throws NotDirectedAcyclicGraphException if steps need one another
   */
  ImmutableList<StepDraft> inputsFirst() {
    ImmutableList<StepDraft> order = order();
    if (order.size() < draftCount) {
      throw new NotDirectedAcyclicGraphException();
    }
    return order;
  }

  private ImmutableList<StepDraft> order() {
    return DraftOrder.inputsFirst(Arrays.stream(draftOf).filter(Objects::nonNull).toList());
  }

  /**
   * The derivations whose steps are rewritten: they take what was not evaluated for them, directly
   * or further down.
   */
  Set<Integer> rewritten(List<StepDraft> inputsFirst) {
    Set<Integer> rewritten = new HashSet<>();
    for (StepDraft draft : inputsFirst) {
      if (draft.making.action() != Action.BUILD) {
        continue;
      }
      if (!draft.tools.isEmpty()) {
        rewritten.add(draft.derivation());
        continue;
      }
      for (int input : graph.inputs(draft.derivation())) {
        int maker = makerOf.getOrDefault(input, input);
        if (rewritten.contains(maker) || (maker != input && !haveSameOutput(maker, input))) {
          rewritten.add(draft.derivation());
          break;
        }
      }
    }
    return rewritten;
  }

  private boolean haveSameOutput(int first, int second) {
    var path = graph.facts(first).outputPath(0);
    var other = graph.facts(second).outputPath(0);
    return path != null && other != null && path.equals(other);
  }
}

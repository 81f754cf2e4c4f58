package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.alternative.Alternatives;
import dev.crossplan.planner.alternative.Making;
import dev.crossplan.planner.alternative.Makings;
import dev.crossplan.planner.choice.Selection;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.variant.Packages;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the image costs with what everybody has: each attribute as one instance evaluates it, every
 * derivation with exactly the inputs that it names. All emulated, all cross-compiled, and a mix in
 * which nothing is shared.
 */
final class Baselines {
  private final Packages packages;
  private final DerivationGraph graph;
  private final Makings makings;
  private final ImmutableList<Alternatives.Root> roots;
  private final String target;

  private @Nullable ImmutableMap<String, Closure> closures; // by name, found when first asked for

  private Baselines(Alternatives alternatives, Makings makings, Packages packages) {
    this.packages = packages;
    this.graph = packages.graph();
    this.makings = makings.withToolsAsEvaluated();
    this.roots = alternatives.roots();
    this.target = alternatives.manifest().target().system();
  }

  /**
   * Each as if nothing were built yet, though without what failed.
   *
   * @param packages as they were paired, whatever was unpaired for the plan
   */
  static Baselines of(Alternatives alternatives, Packages packages) {
    return new Baselines(alternatives, alternatives.makings().withNothingBuilt(), packages);
  }

  /** What each comes to. */
  ImmutableList<Baseline> all() {
    return closures().entrySet().stream()
        .map(named -> baseline(named.getKey(), named.getValue()))
        .collect(ImmutableList.toImmutableList());
  }

  /** The steps of one, each after its inputs; without those that need one another. */
  ImmutableList<StepDraft> drafts(String name) {
    List<StepDraft> drafts = new ArrayList<>();
    for (Making making : closure(name).makings().values()) {
      StepDraft draft = new StepDraft(making);
      for (int need : needs(making)) {
        draft.inputs.add(need);
      }
      drafts.add(draft);
    }
    return DraftOrder.inputsFirst(drafts);
  }

  /** How many steps one has. */
  int size(String name) {
    return closure(name).makings().size();
  }

  private Closure closure(String name) {
    return Objects.requireNonNull(closures().get(name));
  }

  private ImmutableMap<String, Closure> closures() {
    if (closures == null) {
      closures =
          ImmutableMap.of(
              "all-emulated", world(false), "all-cross", world(true), "unmerged-mix", mix());
    }
    return closures;
  }

  Packages packages() {
    return packages;
  }

  Makings makings() {
    return makings;
  }

  /** The pure strategies, as far as they are possible: no plan should be worse. */
  static ImmutableList<Selection> selections(Alternatives alternatives) {
    Baselines baselines =
        new Baselines(alternatives, alternatives.makings(), alternatives.packages());
    ImmutableList.Builder<Selection> selections = ImmutableList.builder();
    for (boolean cross : new boolean[] {false, true}) {
      List<Integer> derivations = new ArrayList<>();
      alternatives
          .roots()
          .forEach(root -> baselines.evaluated(root, cross).ifPresent(derivations::add));
      if (derivations.size() == alternatives.roots().size()) {
        Closure closure = baselines.closure(derivations);
        if (closure.why().isEmpty()) {
          alternatives.exactly(closure.makings()).ifPresent(selections::add);
        }
      }
    }
    return selections.build();
  }

  /** A closure of derivations with the cheapest way for each; or why it cannot be made. */
  private record Closure(Map<Integer, Making> makings, Optional<String> why) {
    static Closure impossible(String why) {
      return new Closure(Map.of(), Optional.of(why));
    }
  }

  private Closure world(boolean cross) {
    List<Integer> derivations = new ArrayList<>();
    for (Alternatives.Root root : roots) {
      Optional<Integer> derivation = evaluated(root, cross);
      if (derivation.isEmpty()) {
        String world =
            cross ? "no instance that cross-compiles" : "no instance without crossSystem";
        return Closure.impossible(root.attribute() + " is in " + world);
      }
      derivations.add(derivation.get());
    }
    return closure(derivations);
  }

  /**
   * Each attribute cross-compiled where that works, else emulated, and both worlds' closures built.
   */
  private Closure mix() {
    List<Integer> derivations = new ArrayList<>();
    for (Alternatives.Root root : roots) {
      Optional<Integer> cross =
          evaluated(root, true).filter(derivation -> closure(List.of(derivation)).why().isEmpty());
      Optional<Integer> chosen = cross.or(() -> evaluated(root, false));
      if (chosen.isEmpty()) {
        return Closure.impossible(root.attribute() + " cannot be made");
      }
      derivations.add(chosen.get());
    }
    return closure(derivations);
  }

  private Optional<Integer> evaluated(Alternatives.Root root, boolean cross) {
    return root.derivations().asList().stream()
        .filter(derivation -> isCross(derivation) == cross)
        .findFirst();
  }

  private boolean isCross(int derivation) {
    return graph.instances().get(graph.instanceOf(derivation)).isCross();
  }

  private Closure closure(List<Integer> derivations) {
    Set<Integer> brought = new HashSet<>();
    while (true) {
      int known = brought.size();
      Closure closure = closure(derivations, brought);
      if (brought.size() == known) {
        return closure;
      }
    }
  }

  /**
   * @param brought what is substituted because something substituted refers to it; what is found to
   *     be so is added
   */
  private Closure closure(List<Integer> derivations, Set<Integer> brought) {
    Map<Integer, Making> chosen = new TreeMap<>();
    Deque<Integer> open = new ArrayDeque<>(derivations);
    Set<Integer> seen = new HashSet<>(derivations);
    while (!open.isEmpty()) {
      int derivation = open.pop();
      Makings.Ways ways = makings.of(derivation);
      Optional<Making> making =
          brought.contains(derivation)
              ? makings.substitution(derivation)
              : ways.possible().stream().min(Comparator.comparingDouble(makings::leastSeconds));
      if (making.isEmpty()) {
        return new Closure(
            chosen,
            Optional.of(
                packages.of(derivation)
                    + ": "
                    + ways.refused().stream()
                        .map(Makings.Refusal::reason)
                        .collect(Collectors.joining(", and "))));
      }
      chosen.put(derivation, making.get());
      boolean substituted = making.get().action() == Action.SUBSTITUTE;
      for (int need : needs(making.get())) {
        if (substituted) {
          brought.add(need);
        }
        if (seen.add(need)) {
          open.push(need);
        }
      }
    }
    return new Closure(chosen, Optional.empty());
  }

  private Baseline baseline(String name, Closure closure) {
    if (closure.why().isPresent()) {
      return new Baseline(name, 0, 0, 0, closure.why());
    }
    double seconds = 0;
    int builds = 0;
    for (Making making : closure.makings().values()) {
      seconds += makings.leastSeconds(making);
      builds += making.action() == Action.BUILD ? 1 : 0;
    }
    return new Baseline(name, builds, duplicates(closure), seconds, Optional.empty());
  }

  /** How many packages for the target are built by two strategies. */
  private int duplicates(Closure closure) {
    Map<Integer, Set<Boolean>> strategies = new HashMap<>();
    for (Making making : closure.makings().values()) {
      if (making.action() == Action.BUILD && packages.hosts().isFor(making.derivation(), target)) {
        strategies
            .computeIfAbsent(packages.of(making.derivation()).number(), none -> new HashSet<>())
            .add(making.strategy().equals(Optional.of(Strategy.CROSS)));
      }
    }
    return (int) strategies.values().stream().filter(each -> each.size() > 1).count();
  }

  private int[] needs(Making making) {
    return making.action() == Action.SUBSTITUTE
        ? makings.references(making.derivation()).toArray()
        : graph.inputs(making.derivation());
  }
}

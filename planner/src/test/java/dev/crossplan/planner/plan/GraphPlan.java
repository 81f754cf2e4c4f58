package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Manifest.Target;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A plan that builds all derivations of a graph as they are, each after its inputs. */
final class GraphPlan {
  private final Map<StorePath, Derivation> graph;
  private final Map<StorePath, Integer> ids = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();

  private GraphPlan(Map<StorePath, Derivation> graph) {
    this.graph = graph;
  }

  static Plan of(Map<StorePath, Derivation> graph) {
    GraphPlan plan = new GraphPlan(graph);
    graph.keySet().forEach(plan::add);
    return plan(plan.steps, ImmutableMap.of("all", plan.steps.size() - 1));
  }

  static Plan plan(List<Step> steps, ImmutableMap<String, Integer> image) {
    return new Plan(
        "graph",
        new Target("riscv64-linux", Optional.empty()),
        Objective.BUILDER_SECONDS,
        ImmutableList.of(),
        ImmutableList.copyOf(steps),
        image,
        new Plan.Bounds(0, 0, 0),
        ImmutableList.of(),
        ImmutableList.of(),
        ImmutableList.of());
  }

  /** A step that stands for some derivations, the first of them its own. */
  static Step step(
      int id, Action action, String name, ImmutableIntArray inputs, StorePath... provides) {
    return new Step(
        id,
        name,
        "",
        Optional.of("riscv64-linux"),
        action,
        action == Action.BUILD ? Optional.of(Strategy.CROSS) : Optional.empty(),
        "graph",
        provides[0],
        false,
        ImmutableList.copyOf(provides),
        inputs,
        Tools.AS_EVALUATED,
        ImmutableSortedMap.of(),
        Optional.of("desk"),
        1,
        id,
        0,
        0);
  }

  private void add(StorePath root) {
    Deque<StorePath> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty()) {
      StorePath path = open.peek();
      Derivation derivation = Objects.requireNonNull(graph.get(path));
      List<StorePath> inputs = List.copyOf(derivation.inputDerivations().keySet());
      List<StorePath> missing = inputs.stream().filter(each -> !ids.containsKey(each)).toList();
      if (missing.isEmpty()) {
        open.pop();
        if (ids.putIfAbsent(path, steps.size()) == null) {
          steps.add(
              step(
                  steps.size(),
                  derivation.isFixedOutput() ? Action.FETCH : Action.BUILD,
                  path.derivationName(),
                  ImmutableIntArray.copyOf(inputs.stream().map(ids::get).sorted().toList()),
                  path));
        }
      } else {
        missing.forEach(open::push);
      }
    }
  }
}

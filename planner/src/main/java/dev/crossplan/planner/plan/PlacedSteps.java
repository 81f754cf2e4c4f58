package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.alternative.Makings;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.variant.Package;
import dev.crossplan.planner.variant.Packages;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import java.util.Set;

/**
 * Drafts made into steps, each with its builder and its time.
 *
 * @param ids by derivation that a step makes
 * @param bound these steps cannot be done in less time
 */
record PlacedSteps(ImmutableList<Step> steps, Int2IntOpenHashMap ids, double bound) {

  /**
   * @param drafts each after its inputs
   * @param rewritten the derivations whose steps are
   */
  static PlacedSteps of(
      ImmutableList<StepDraft> drafts,
      Set<Integer> rewritten,
      Packages packages,
      Makings makings,
      Placer placer) {
    DerivationGraph graph = packages.graph();
    Int2IntOpenHashMap ids = new Int2IntOpenHashMap();
    drafts.forEach(draft -> ids.put(draft.derivation(), ids.size()));
    Placement placement = placer.place(drafts, graph, makings);
    ImmutableList.Builder<Step> steps = ImmutableList.builderWithExpectedSize(drafts.size());
    for (int id = 0; id < drafts.size(); id++) {
      StepDraft draft = drafts.get(id);
      int derivation = draft.derivation();
      Package ofStep = packages.of(derivation);
      steps.add(
          new Step(
              id,
              ofStep.name(),
              ofStep.version(),
              packages.hosts().system(derivation),
              draft.making.action(),
              placement.way(id).strategy(),
              graph.instances().get(graph.instanceOf(derivation)).name(),
              graph.path(derivation),
              rewritten.contains(derivation),
              provides(graph, draft),
              inputs(draft, ids),
              draft.making.tools(),
              tools(graph, draft, ids),
              placement.builder(id),
              placement.seconds(id),
              placement.start(id),
              makings.memory(draft.making),
              makings.outputBytes(derivation)));
    }
    return new PlacedSteps(steps.build(), ids, placement.bound());
  }

  private static ImmutableList<StorePath> provides(DerivationGraph graph, StepDraft draft) {
    ImmutableList.Builder<StorePath> provides = ImmutableList.builder();
    provides.add(graph.path(draft.derivation()));
    for (int derivation : draft.provides) {
      if (derivation != draft.derivation()) {
        provides.add(graph.path(derivation));
      }
    }
    return provides.build();
  }

  private static ImmutableSortedMap<StorePath, Integer> tools(
      DerivationGraph graph, StepDraft draft, Int2IntOpenHashMap ids) {
    ImmutableSortedMap.Builder<StorePath, Integer> tools = ImmutableSortedMap.naturalOrder();
    draft.tools.forEach((input, maker) -> tools.put(graph.path(input), ids.get((int) maker)));
    return tools.buildOrThrow();
  }

  private static ImmutableIntArray inputs(StepDraft draft, Int2IntOpenHashMap ids) {
    int[] inputs = draft.inputs.intStream().map(ids::get).sorted().toArray();
    return ImmutableIntArray.copyOf(inputs);
  }
}

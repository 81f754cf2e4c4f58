package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.alternative.Alternatives;
import dev.crossplan.planner.choice.Choice;
import dev.crossplan.planner.choice.ChoiceOptions;
import dev.crossplan.planner.choice.ChoiceResult;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.InstanceReader;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Substitutes;
import dev.crossplan.planner.variant.Package;
import dev.crossplan.planner.variant.Packages;
import dev.crossplan.planner.variant.Pairing;
import dev.crossplan.planner.variant.PlatformKnowledge;
import dev.crossplan.planner.variant.Unpaired;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jgrapht.traverse.NotDirectedAcyclicGraphException;

/** Makes plans: the stages, one after the other. */
public final class Planner {
  /** Each round unpairs packages; there are never many. */
  private static final int MOST_ROUNDS = 20;

  private final PlatformKnowledge platforms;
  private final PlanOptions options;
  private final Progress progress;

  public Planner(PlatformKnowledge platforms, PlanOptions options, Progress progress) {
    this.platforms = platforms;
    this.options = options;
    this.progress = progress;
  }

  /**
   * Plans the image of a manifest.
   *
   * @param builders the machines, at least one
   * @throws dev.crossplan.planner.InputException if something that the manifest names is not as it
   *     should be
   * @throws NoPlanException if there is no way to build the image
   */
  public Plan plan(Manifest manifest, ImmutableList<Builder> builders) {
    DerivationGraph graph = InstanceReader.read(manifest, platforms::canonicalMarch, progress);
    progress.start("pairing " + graph.size() + " derivations");
    Packages packages = Pairing.pair(graph, platforms);
    Substitutes substitutes = Substitutes.of(manifest, graph);
    Chosen chosen = choose(packages, manifest, builders, substitutes);
    return assemble(chosen, builders);
  }

  private record Chosen(Alternatives alternatives, ChoiceResult.Solved solved, StepGraph steps) {}

  /**
   * Chooses; where a package would be made in two variants nevertheless, pairing it was wrong, so
   * without it again.
   */
  private Chosen choose(
      Packages first, Manifest manifest, ImmutableList<Builder> builders, Substitutes substitutes) {
    Packages packages = first;
    for (int round = 0; round < MOST_ROUNDS; round++) {
      progress.start("choosing among " + packages.all().size() + " packages");
      Alternatives alternatives = Alternatives.of(packages, manifest, builders, substitutes);
      ChoiceResult result =
          Choice.solve(
              alternatives.problem(),
              ChoiceOptions.within(options.timeLimit()).withSeed(options.seed()));
      if (result instanceof ChoiceResult.Impossible impossible) {
        throw NoPlan.because(alternatives, impossible);
      }
      ChoiceResult.Solved solved = (ChoiceResult.Solved) result;
      StepGraph steps = new StepGraph(alternatives, solved.selection());
      ImmutableSet<Integer> apart = steps.madeTwice();
      if (apart.isEmpty()) {
        try {
          steps.inputsFirst();
          return new Chosen(alternatives, solved, steps);
        } catch (NotDirectedAcyclicGraphException e) {
          throw new IllegalStateException("steps need one another: " + alternatives.problem(), e);
        }
      }
      packages = packages.unpair(apart, "no variant has all outputs that are used of the package");
    }
    throw new IllegalStateException(
        "packages are still made twice after " + MOST_ROUNDS + " rounds");
  }

  private Plan assemble(Chosen chosen, ImmutableList<Builder> builders) {
    Alternatives alternatives = chosen.alternatives();
    Packages packages = alternatives.packages();
    DerivationGraph graph = packages.graph();
    ImmutableList<StepDraft> drafts = chosen.steps().inputsFirst();
    Set<Integer> rewritten = chosen.steps().rewritten(drafts);
    Int2IntOpenHashMap ids = new Int2IntOpenHashMap();
    drafts.forEach(draft -> ids.put(draft.derivation(), ids.size()));
    Placement placement = Placement.of(drafts, ids, alternatives, options, progress);
    ImmutableList.Builder<Step> steps = ImmutableList.builder();
    for (int id = 0; id < drafts.size(); id++) {
      StepDraft draft = drafts.get(id);
      int derivation = draft.derivation();
      Package made = packages.of(derivation);
      steps.add(
          new Step(
              id,
              made.name(),
              made.version(),
              packages.hosts().system(derivation),
              draft.making.action(),
              draft.making.strategy(),
              graph.instances().get(graph.instanceOf(derivation)).name(),
              graph.path(derivation),
              rewritten.contains(derivation),
              provides(graph, draft),
              inputs(draft, ids),
              placement.builder(id),
              placement.seconds(id),
              placement.start(id)));
    }
    double bound = chosen.solved().bound();
    Manifest manifest = alternatives.manifest();
    return new Plan(
        manifest.name(),
        manifest.target(),
        options.objective(),
        builders,
        steps.build(),
        new Plan.Bounds(bound, placement.bound()),
        keptApart(packages),
        Baselines.of(alternatives),
        Warnings.of(alternatives));
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

  private static ImmutableIntArray inputs(StepDraft draft, Int2IntOpenHashMap ids) {
    int[] inputs = draft.inputs.intStream().map(ids::get).sorted().toArray();
    return ImmutableIntArray.copyOf(inputs);
  }

  private static ImmutableList<Plan.KeptApart> keptApart(Packages packages) {
    List<Plan.KeptApart> kept = new ArrayList<>();
    for (Unpaired each : packages.unpaired()) {
      kept.add(
          new Plan.KeptApart(
              each.derivations().asList().stream()
                  .map(packages.graph()::path)
                  .collect(ImmutableList.toImmutableList()),
              each.reason()));
    }
    return ImmutableList.copyOf(kept);
  }
}

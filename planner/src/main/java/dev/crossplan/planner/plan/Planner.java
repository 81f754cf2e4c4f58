package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.alternative.Alternatives;
import dev.crossplan.planner.alternative.Experience;
import dev.crossplan.planner.alternative.Making;
import dev.crossplan.planner.alternative.Makings;
import dev.crossplan.planner.choice.Choice;
import dev.crossplan.planner.choice.ChoiceOptions;
import dev.crossplan.planner.choice.ChoiceResult;
import dev.crossplan.planner.choice.Selection;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.DerivationReader;
import dev.crossplan.planner.instance.InstanceReader;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Substitutes;
import dev.crossplan.planner.rebuild.Comparison;
import dev.crossplan.planner.rebuild.Rebuild;
import dev.crossplan.planner.variant.Package;
import dev.crossplan.planner.variant.Packages;
import dev.crossplan.planner.variant.Pairing;
import dev.crossplan.planner.variant.PlatformKnowledge;
import dev.crossplan.planner.variant.Unpaired;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Makes plans: the stages, one after the other. */
public final class Planner {
  /** Each round unpairs some packages; after so many, which never happens, all that are left. */
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
    return plan(prepare(manifest, builders));
  }

  /**
   * Plans the image of a manifest whose graphs are read.
   *
   * @throws NoPlanException if there is no way to build the image
   */
  public Plan plan(Prepared prepared) {
    return plan(prepared, Experience.NONE);
  }

  /**
   * Plans what is left to do: the same, but what failed is not tried again, and what is built is
   * kept and costs nothing, nor does what it was made of, unless something else needs that and it
   * is gone. Steps that nothing needs take no time. Its bounds are those of such plans.
   *
   * @throws NoPlanException if there is no way to build the image
   */
  public Plan plan(Prepared prepared, Experience experience) {
    return assemble(chooseKeeping(prepared, experience));
  }

  /**
   * Chooses such that no package is made in another way than it was built in. Where that makes the
   * image impossible, because what is built lacks an output or is in a cycle, what is built only
   * costs nothing.
   */
  Chosen chooseKeeping(Prepared prepared, Experience experience) {
    if (experience.hasBuilt()) {
      try {
        return choose(prepared, makings -> makings.after(experience).keepingBuilt());
      } catch (NoPlanException e) {
        progress.start("choosing again, not bound to what is built");
      }
    }
    return choose(prepared, makings -> makings.after(experience));
  }

  /**
   * Explains how the plan makes a package: an attribute, a pname, or a name with version.
   *
   * @throws dev.crossplan.planner.InputException if there is no such package
   * @throws NoPlanException if there is no way to build the image
   */
  public Explanation explain(
      Manifest manifest, ImmutableList<Builder> builders, String packageName) {
    return explain(prepare(manifest, builders), Experience.NONE, packageName);
  }

  /**
   * Explains how the plan after some experience makes a package, and what failed.
   *
   * @throws dev.crossplan.planner.InputException if there is no such package
   * @throws NoPlanException if there is no way to build the image
   */
  public Explanation explain(Prepared prepared, Experience experience, String packageName) {
    return Explainer.explain(this, prepared, experience, packageName);
  }

  /**
   * The derivations that carry out a plan. What they say is read again from where the graphs are:
   * planning keeps some hundred bytes of each, and here only what the plan needs is kept,
   * compressed.
   *
   * @param prepared what {@code plan} was made from
   * @throws InputException if something cannot be read any more, or is not what it was
   */
  public PlanDerivations derivations(Prepared prepared, Plan plan) {
    DerivationGraph graph = prepared.packages().graph();
    BitSet wanted = new BitSet(graph.size());
    for (Step step : plan.steps()) {
      graph.addClosure(graph.find(step.derivation()).orElseThrow(), wanted);
    }
    progress.start("reading " + wanted.cardinality() + " derivations");
    Map<StorePath, Derivation> evaluated =
        DerivationReader.read(prepared.manifest(), graph, wanted);
    progress.start("rewriting");
    return PlanDerivations.of(plan, evaluated);
  }

  /**
   * What has to be built anew if instances become others.
   *
   * @param comparison of instances of {@code prepared}
   * @throws InputException if something cannot be read any more, or is not what it was
   */
  public Rebuild rebuild(Prepared prepared, Comparison comparison) {
    Packages packages = prepared.packages();
    Makings makings =
        new Makings(packages, prepared.manifest(), prepared.builders(), prepared.substitutes());
    progress.start("comparing " + packages.graph().size() + " derivations");
    return Rebuild.between(
        packages,
        comparison,
        wanted -> DerivationReader.read(prepared.manifest(), packages.graph(), wanted),
        derivation ->
            makings.of(derivation).possible().stream()
                .mapToDouble(Making::seconds)
                .min()
                .orElse(prepared.manifest().costs().byDefault()),
        prepared.substitutes());
  }

  private void checkMarch(Manifest manifest) {
    Manifest.Target target = manifest.target();
    target
        .march()
        .filter(march -> !platforms.isMarch(march, target.system()))
        .ifPresent(
            march -> {
              throw new InputException(
                  manifest.file()
                      + ": the target's march \""
                      + march
                      + "\" is no instruction set of "
                      + target.system(),
                  "Maybe rv64gc is meant.");
            });
  }

  /**
   * Reads the graphs of a manifest and finds out which derivations are the same package: what all
   * its plans have in common.
   *
   * @param builders the machines, at least one
   * @throws dev.crossplan.planner.InputException if something that the manifest names is not as it
   *     should be
   */
  public Prepared prepare(Manifest manifest, ImmutableList<Builder> builders) {
    checkMarch(manifest);
    DerivationGraph graph = InstanceReader.read(manifest, platforms::canonicalMarch, progress);
    progress.start("pairing " + graph.size() + " derivations");
    Packages packages = Pairing.pair(graph, platforms);
    Substitutes substitutes = Substitutes.of(manifest, graph, progress);
    return new Prepared(manifest, builders, packages, substitutes);
  }

  /**
   * What was chosen.
   *
   * @param paired the packages before any was unpaired
   * @param bound no plan has fewer builder-seconds
   */
  record Chosen(
      Packages paired,
      Alternatives alternatives,
      Selection selection,
      double bound,
      StepGraph steps) {

    boolean isLeast() {
      return bound >= selection.cost();
    }
  }

  /**
   * Chooses. Where a package would be made in two variants nevertheless, pairing it was wrong: then
   * without it again. What is made anyway stands for itself; where that would be a cycle, again
   * with nothing else that stands for it.
   *
   * @param restriction of the ways that the manifest leaves
   * @throws NoPlanException if there is no way to build the image
   */
  Chosen choose(Prepared prepared, UnaryOperator<Makings> restriction) {
    Packages packages = prepared.packages();
    Set<Integer> alone = new TreeSet<>();
    double bound = Double.POSITIVE_INFINITY;
    for (int round = 1; ; round++) {
      progress.start("choosing among " + packages.all().size() + " packages");
      Makings makings =
          restriction.apply(
              new Makings(
                  packages, prepared.manifest(), prepared.builders(), prepared.substitutes()));
      Alternatives alternatives =
          Alternatives.of(packages, prepared.manifest(), makings, ImmutableSet.copyOf(alone));
      ChoiceResult result =
          Choice.solve(
              alternatives.problem(),
              ChoiceOptions.within(options.timeLimit()).withSeed(options.seed()),
              makings.forced().isPresent() ? List.of() : Baselines.selections(alternatives));
      if (result instanceof ChoiceResult.Impossible impossible) {
        throw NoPlan.because(alternatives, impossible);
      }
      ChoiceResult.Solved solved = (ChoiceResult.Solved) result;
      // What the first round allows is all that any plan may do; later ones allow other things.
      bound = Math.min(bound, solved.bound());
      StepGraph steps = new StepGraph(alternatives, solved.selection());
      ImmutableSet<Integer> apart = steps.madeTwice();
      if (apart.isEmpty() && !alone.addAll(steps.inCycles())) {
        return new Chosen(prepared.packages(), alternatives, solved.selection(), bound, steps);
      }
      packages =
          packages.unpair(
              round < MOST_ROUNDS ? apart : all(packages),
              "no variant has all outputs that are used of the package");
    }
  }

  private static ImmutableSet<Integer> all(Packages packages) {
    return packages.all().stream().map(Package::number).collect(ImmutableSet.toImmutableSet());
  }

  Plan assemble(Chosen chosen) {
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
      Package ofStep = packages.of(derivation);
      steps.add(
          new Step(
              id,
              ofStep.name(),
              ofStep.version(),
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
    ImmutableList<Step> made = steps.build();
    Manifest manifest = alternatives.manifest();
    return new Plan(
        manifest.name(),
        manifest.target(),
        options.objective(),
        alternatives.makings().builders(),
        made,
        image(alternatives, chosen.steps(), ids),
        // The solver's sum may differ from that of the steps in the last digit.
        new Plan.Bounds(Math.min(chosen.bound(), Plan.sumOfSeconds(made)), placement.bound()),
        Stream.concat(
                packages.unpaired().stream(),
                NamesakesBuilt.of(packages, manifest.target().system(), drafts).stream())
            .map(unpaired -> keptApart(graph, unpaired))
            .collect(ImmutableList.toImmutableList()),
        Baselines.of(alternatives, chosen.paired()),
        Warnings.of(alternatives));
  }

  private static ImmutableMap<String, Integer> image(
      Alternatives alternatives, StepGraph steps, Int2IntOpenHashMap ids) {
    ImmutableMap.Builder<String, Integer> image = ImmutableMap.builder();
    for (Alternatives.Root root : alternatives.roots()) {
      image.put(root.attribute(), ids.get(steps.making(root).derivation()));
    }
    return image.buildKeepingLast();
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

  static Plan.KeptApart keptApart(DerivationGraph graph, Unpaired unpaired) {
    return new Plan.KeptApart(
        unpaired.derivations().asList().stream()
            .map(graph::path)
            .collect(ImmutableList.toImmutableList()),
        unpaired.reason());
  }
}

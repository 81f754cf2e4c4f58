package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.alternative.Alternatives;
import dev.crossplan.planner.alternative.Experience;
import dev.crossplan.planner.alternative.Makings;
import dev.crossplan.planner.alternative.Valuation;
import dev.crossplan.planner.choice.Choice;
import dev.crossplan.planner.choice.ChoiceOptions;
import dev.crossplan.planner.choice.ChoiceResult;
import dev.crossplan.planner.choice.Selection;
import dev.crossplan.planner.cost.ManifestCosts;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.history.Failures;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.DerivationReader;
import dev.crossplan.planner.instance.InstanceReader;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Substitutes;
import dev.crossplan.planner.rebuild.Comparison;
import dev.crossplan.planner.rebuild.Rebuild;
import dev.crossplan.planner.rebuild.Rebuilds;
import dev.crossplan.planner.variant.MarchFault;
import dev.crossplan.planner.variant.Package;
import dev.crossplan.planner.variant.Packages;
import dev.crossplan.planner.variant.Pairing;
import dev.crossplan.planner.variant.PlatformKnowledge;
import dev.crossplan.planner.variant.Unpaired;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes plans: the stages, one after the other. */
public final class Planner {
  /** Each round unpairs some packages; after so many, which never happens, all that are left. */
  private static final int MOST_ROUNDS = 20;

  private final PlatformKnowledge platforms;
  private final PlanOptions options;
  private final Progress progress;
  private final Placer placer;

  public Planner(PlatformKnowledge platforms, PlanOptions options, Progress progress) {
    this.platforms = platforms;
    this.options = options;
    this.progress = progress;
    this.placer = new Placer(options, progress);
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
    try {
      return plan(prepared, Experience.NONE);
    } catch (NoPlanException all) {
      ImmutableMap<String, NoPlanException> impossible = impossible(prepared, Experience.NONE);
      throw impossible.isEmpty() ? all : NoPlanException.of(impossible);
    }
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
   * Plans as much of an image as there is a way for: {@link Plan#lost} tells what it is without.
   *
   * @throws NoPlanException if there is no way to build any of it
   */
  public Plan planWhatIsLeft(Prepared image, Experience experience) {
    Remainder left = remainder(image, experience);
    return assemble(left.chosen()).without(left.lost());
  }

  /** What there is a way for of an image. */
  record Remainder(Prepared image, Chosen chosen, Plan.Lost lost) {}

  private Remainder remainder(Prepared image, Experience experience) {
    try {
      return new Remainder(image, chooseKeeping(image, experience), Plan.Lost.NOTHING);
    } catch (NoPlanException all) {
      ImmutableMap<String, NoPlanException> impossible = impossible(image, experience);
      ImmutableList<String> possible = image.imageBut(impossible.keySet());
      NoPlanException reason = impossible.isEmpty() ? all : NoPlanException.of(impossible);
      if (possible.isEmpty()) {
        throw reason;
      }
      try {
        return remainder(image, possible, experience, reason);
      } catch (NoPlanException together) { // each alone, but not all of them
        throw reason;
      }
    }
  }

  private Remainder remainder(
      Prepared image,
      ImmutableList<String> possible,
      Experience experience,
      NoPlanException reason) {
    Prepared left = image.withImage(possible);
    ImmutableList<String> lost = image.imageBut(ImmutableSet.copyOf(possible));
    return new Remainder(
        left, chooseKeeping(left, experience), new Plan.Lost(lost, reason.reasons()));
  }

  /**
   * Those attributes of an image that there is no way for, and why; those that are left may still
   * exclude one another.
   */
  public ImmutableMap<String, NoPlanException> impossible(Prepared image, Experience experience) {
    ImmutableMap.Builder<String, NoPlanException> impossible = ImmutableMap.builder();
    for (String attribute : image.manifest().image()) {
      try {
        Chosen unused = chooseKeeping(image.withImage(ImmutableList.of(attribute)), experience);
      } catch (NoPlanException e) {
        impossible.put(attribute, e);
      }
    }
    return impossible.buildOrThrow();
  }

  /**
   * Plans, and places in time what would be done without a plan as well: for the same objective, on
   * the same builders.
   *
   * @throws NoPlanException if there is no way to build the image
   */
  public Courses courses(Prepared prepared, Experience experience) {
    Chosen chosen = chooseKeeping(prepared, experience);
    Baselines baselines = Baselines.of(chosen.alternatives(), chosen.paired());
    Plan plan = assemble(chosen, baselines);
    ImmutableList.Builder<Course> all = ImmutableList.builder();
    all.add(Course.of(plan));
    plan.baselines().forEach(counted -> all.add(course(baselines, counted)));
    return new Courses(plan, all.build());
  }

  /**
   * Chooses such that no package is made in another way than it was built in. Where that makes the
   * image impossible, because what is built lacks an output or is in a cycle, what is built only
   * costs nothing. What becomes a derivation that failed is not tried again either.
   */
  Chosen chooseKeeping(Prepared prepared, Experience experience) {
    Learned learned = learn(prepared, experience);
    return learned.chosen().orElseThrow(() -> learned.none().orElseThrow());
  }

  /**
   * A choice, or that there is none, and what was found out on the way.
   *
   * @param experience with the ways that end in what failed
   */
  private record Learned(
      Experience experience, Optional<Chosen> chosen, Optional<NoPlanException> none) {}

  private Learned learn(Prepared prepared, Experience experience) {
    Experience known = experience;
    try {
      while (true) {
        Chosen chosen = chooseByWays(prepared, known);
        ImmutableMap<Attempt, String> inVain = inVain(prepared, chosen, known.failures());
        if (inVain.isEmpty()) {
          return new Learned(known, Optional.of(chosen), Optional.empty());
        }
        known = known.without(inVain);
      }
    } catch (NoPlanException e) {
      return new Learned(known, Optional.empty(), Optional.of(e));
    }
  }

  /**
   * The ways of a choice that failed in no plan so far, but would have Nix build a derivation that
   * did: with other inputs, another derivation becomes the same one. Rewriting keeps names, so that
   * most choices need none.
   */
  private ImmutableMap<Attempt, String> inVain(
      Prepared prepared, Chosen chosen, Failures failures) {
    Set<String> names = new HashSet<>();
    failures.derivations().keySet().forEach(failed -> names.add(failed.derivationName()));
    boolean mayBe =
        chosen.steps().inputsFirst().stream()
            .filter(draft -> draft.making.action() != Action.SUBSTITUTE)
            .map(draft -> chosen.alternatives().makings().attempt(draft.making))
            .anyMatch(
                way ->
                    names.contains(way.derivation().derivationName())
                        && !failures.ways().containsKey(way));
    if (!mayBe) {
      return ImmutableMap.of();
    }
    Plan plan = assemble(chosen);
    PlanDerivations derivations = derivations(prepared, plan);
    ImmutableMap.Builder<Attempt, String> inVain = ImmutableMap.builder();
    for (Step step : plan.steps()) {
      @Nullable String why = failures.derivations().get(derivations.path(step.id()));
      if (why != null
          && step.action() != Action.SUBSTITUTE
          && !failures.ways().containsKey(step.attempt())) {
        inVain.put(step.attempt(), why);
      }
    }
    return inVain.buildOrThrow();
  }

  private Chosen chooseByWays(Prepared prepared, Experience experience) {
    if (experience.isBound()) {
      return chooseBest(prepared, makings -> makings.after(experience).keepingBuilt());
    }
    if (experience.hasBuilt()) {
      try {
        return chooseBest(prepared, makings -> makings.after(experience).keepingBuilt());
      } catch (NoPlanException e) {
        progress.start("choosing again, not bound to what is built");
      }
    }
    return chooseBest(prepared, makings -> makings.after(experience));
  }

  private Chosen chooseBest(Prepared prepared, UnaryOperator<Makings> restriction) {
    return new ObjectiveSearch(
            options,
            placer,
            new ObjectiveSearch.Chooser() {
              @Override
              public Chosen leastBy(Valuation valuation, Duration timeLimit) {
                return choose(
                    prepared,
                    makings -> restriction.apply(makings).valuedBy(valuation),
                    alternatives -> least(alternatives, timeLimit));
              }

              @Override
              public Chosen ofShortestPath() {
                return choose(
                    prepared,
                    restriction,
                    alternatives -> Choice.shortestPath(alternatives.problem()));
              }
            })
        .best();
  }

  private ChoiceResult least(Alternatives alternatives, Duration timeLimit) {
    return Choice.solve(
        alternatives.problem(),
        ChoiceOptions.within(timeLimit).withSeed(options.seed()),
        alternatives.makings().forced().isPresent()
            ? List.of()
            : Baselines.selections(alternatives));
  }

  /**
   * Explains how the plan makes a package: an attribute, a pname, or a name with version.
   *
   * @throws dev.crossplan.planner.InputException if there is no such package
   */
  public Explanation explain(
      Manifest manifest, ImmutableList<Builder> builders, String packageName) {
    return explain(prepare(manifest, builders), Experience.NONE, packageName);
  }

  /**
   * Explains how the plan after some experience makes a package, and what failed. Where there is no
   * way to build some or all of the image, the plan is that of what is left.
   *
   * @throws dev.crossplan.planner.InputException if there is no such package
   */
  public Explanation explain(Prepared prepared, Experience experience, String packageName) {
    Experience known = learn(prepared, experience).experience();
    Remainder left;
    try {
      left = remainder(prepared, known);
    } catch (NoPlanException none) {
      left = remainder(prepared, ImmutableList.of(), known, none);
    }
    return Explainer.explain(this, prepared, left, known, packageName);
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
    return rebuilds(prepared).between(comparison);
  }

  /** The same for several comparisons; what one of them reads is kept for the others. */
  public Rebuilds rebuilds(Prepared prepared) {
    Packages packages = prepared.packages();
    Makings makings = prepared.makings(packages);
    progress.start("comparing " + packages.graph().size() + " derivations");
    return new Rebuilds(
        packages,
        (wanted, consumer) ->
            DerivationReader.read(prepared.manifest(), packages.graph(), wanted, consumer),
        derivation ->
            makings.of(derivation).possible().stream()
                .mapToDouble(makings::leastSeconds)
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
                  target.system().startsWith("riscv")
                      ? "Maybe rv64gc is meant."
                      : platforms
                          .marchFault(march, target.system(), OptionalInt.empty())
                          .map(MarchFault::remedy)
                          .orElse("Maybe leave march out."));
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
  public Prepared prepare(Manifest said, ImmutableList<Builder> builders) {
    Manifest manifest = options.nativeTools().map(said::with).orElse(said);
    checkMarch(manifest);
    DerivationGraph graph = InstanceReader.read(manifest, progress);
    progress.start("pairing " + graph.size() + " derivations");
    Packages packages = Pairing.pair(graph, platforms);
    Substitutes substitutes = Substitutes.of(manifest, graph, progress);
    return new Prepared(
        manifest, builders, packages, substitutes, new ManifestCosts(manifest.costs()));
  }

  /**
   * What was chosen.
   *
   * @param paired the packages before any was unpaired
   * @param bound no plan has fewer builder-seconds, or less of what else was chosen by
   * @param makespanBound no plan is done in fewer seconds; 0 where nobody asked
   */
  record Chosen(
      Packages paired,
      Alternatives alternatives,
      Selection selection,
      double bound,
      double makespanBound,
      StepGraph steps) {

    boolean isLeast() {
      return bound >= selection.cost();
    }

    Chosen withBounds(double ofSeconds, double ofMakespan) {
      return new Chosen(paired, alternatives, selection, ofSeconds, ofMakespan, steps);
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
    return choose(prepared, restriction, alternatives -> least(alternatives, options.timeLimit()));
  }

  private Chosen choose(
      Prepared prepared,
      UnaryOperator<Makings> restriction,
      Function<Alternatives, ChoiceResult> solver) {
    Packages packages = prepared.packages();
    Set<Integer> alone = new TreeSet<>();
    double bound = Double.POSITIVE_INFINITY;
    for (int round = 1; ; round++) {
      progress.start("choosing among " + packages.all().size() + " packages");
      Makings makings = restriction.apply(prepared.makings(packages));
      Alternatives alternatives =
          Alternatives.of(packages, prepared.manifest(), makings, ImmutableSet.copyOf(alone));
      ChoiceResult result = solver.apply(alternatives);
      if (result instanceof ChoiceResult.Impossible impossible) {
        throw NoPlan.because(alternatives, impossible);
      }
      ChoiceResult.Solved solved = (ChoiceResult.Solved) result;
      // What the first round allows is all that any plan may do; later ones allow other things.
      bound = Math.min(bound, solved.bound());
      Selection selection = alternatives.withNativeTools(solved.selection());
      StepGraph steps = new StepGraph(alternatives, selection);
      ImmutableSet<Integer> apart = steps.madeTwice();
      if (apart.isEmpty() && !alone.addAll(steps.inCycles())) {
        return new Chosen(prepared.packages(), alternatives, selection, bound, 0, steps);
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
    return assemble(chosen, Baselines.of(chosen.alternatives(), chosen.paired()));
  }

  private Plan assemble(Chosen chosen, Baselines baselines) {
    Alternatives alternatives = chosen.alternatives();
    Packages packages = alternatives.packages();
    DerivationGraph graph = packages.graph();
    ImmutableList<StepDraft> drafts = chosen.steps().inputsFirst();
    PlacedSteps placed =
        PlacedSteps.of(
            drafts, chosen.steps().rewritten(drafts), packages, alternatives.makings(), placer);
    Manifest manifest = alternatives.manifest();
    return new Plan(
        manifest.name(),
        manifest.target(),
        options.objective(),
        alternatives.makings().builders(),
        placed.steps(),
        image(alternatives, chosen.steps(), placed.ids()),
        // The solver's sum may differ from that of the steps in the last digit.
        new Plan.Bounds(
            Math.min(chosen.bound(), Plan.sumOfSeconds(placed.steps())),
            placed.bound(),
            Math.min(chosen.makespanBound(), placed.bound())),
        Stream.concat(
                packages.unpaired().stream(),
                NamesakesBuilt.of(packages, manifest.target().system(), drafts).stream())
            .map(unpaired -> keptApart(graph, unpaired))
            .collect(ImmutableList.toImmutableList()),
        baselines.all(),
        Warnings.of(alternatives, drafts),
        failures(alternatives, placed.steps()),
        Plan.Lost.NOTHING);
  }

  private static ImmutableList<Plan.Failure> failures(
      Alternatives alternatives, ImmutableList<Step> steps) {
    Packages packages = alternatives.packages();
    DerivationGraph graph = packages.graph();
    Int2IntOpenHashMap makers = new Int2IntOpenHashMap();
    steps.forEach(
        step ->
            makers.put(
                packages.of(graph.find(step.derivation()).orElseThrow()).number(), step.id()));
    ImmutableList.Builder<Plan.Failure> failures = ImmutableList.builder();
    alternatives
        .makings()
        .experience()
        .failed()
        .forEach(
            (way, why) ->
                graph
                    .find(way.derivation())
                    .ifPresent(
                        derivation -> {
                          int failed = packages.of(derivation).number();
                          failures.add(
                              new Plan.Failure(
                                  way,
                                  why,
                                  makers.containsKey(failed)
                                      ? OptionalInt.of(makers.get(failed))
                                      : OptionalInt.empty()));
                        }));
    return failures.build();
  }

  /** What a baseline counts, with each of its steps placed in time. */
  private Course course(Baselines baselines, Baseline counted) {
    if (!counted.possible()) {
      return Course.impossible(counted.name(), counted.why().orElseThrow());
    }
    ImmutableList<StepDraft> drafts = baselines.drafts(counted.name());
    if (drafts.size() < baselines.size(counted.name())) {
      return Course.impossible(
          counted.name(), "what a substituter has refers to what is built from it");
    }
    progress.start("scheduling " + counted.name());
    PlacedSteps placed =
        PlacedSteps.of(
            drafts,
            ImmutableSet.of(),
            baselines.packages(),
            baselines.makings(),
            new Placer(options, Progress.NONE));
    return new Course(counted.name(), placed.steps(), counted.duplicates(), Optional.empty());
  }

  private static ImmutableMap<String, Integer> image(
      Alternatives alternatives, StepGraph steps, Int2IntOpenHashMap ids) {
    ImmutableMap.Builder<String, Integer> image = ImmutableMap.builder();
    for (Alternatives.Root root : alternatives.roots()) {
      image.put(root.attribute(), ids.get(steps.making(root).derivation()));
    }
    return image.buildKeepingLast();
  }

  static Plan.KeptApart keptApart(DerivationGraph graph, Unpaired unpaired) {
    return new Plan.KeptApart(
        unpaired.derivations().asList().stream()
            .map(graph::path)
            .collect(ImmutableList.toImmutableList()),
        unpaired.reason());
  }
}

package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.Suggestion;
import dev.crossplan.planner.alternative.Experience;
import dev.crossplan.planner.alternative.Making;
import dev.crossplan.planner.alternative.Makings;
import dev.crossplan.planner.alternative.ToolSources;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.plan.Explanation.Alternative;
import dev.crossplan.planner.plan.Explanation.Variant;
import dev.crossplan.planner.variant.Evidence;
import dev.crossplan.planner.variant.Package;
import dev.crossplan.planner.variant.Packages;
import dev.crossplan.planner.variant.Unpaired;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds out why a plan makes a package the way it does: plans again, once for each other way. */
final class Explainer {
  private final Planner planner;
  private final Prepared prepared;
  private final Experience experience;
  private final Packages packages;
  private final Makings makings;
  private final DerivationGraph graph;

  private Explainer(Planner planner, Prepared image, Experience experience, Planner.Chosen chosen) {
    this.planner = planner;
    this.packages = chosen.alternatives().packages();
    this.prepared = image.with(packages);
    this.experience = experience;
    this.makings = chosen.alternatives().makings();
    this.graph = packages.graph();
  }

  /**
   * Explains with the plan of what is left of an image. Of what that does not need, ways are those
   * to make all of the image.
   *
   * @param prepared the whole image
   * @throws InputException if there is no package of that name
   */
  static Explanation explain(
      Planner planner,
      Prepared prepared,
      Planner.Remainder left,
      Experience experience,
      String name) {
    String target = prepared.manifest().target().system();
    Package asked =
        prepared
            .packages()
            .find(name, target)
            .orElseThrow(() -> unknown(prepared.packages(), name));
    Plan plan = planner.assemble(left.chosen()).without(left.lost());
    Explainer explainer = new Explainer(planner, left.image(), experience, left.chosen());
    Package part = explainer.part(asked, name, plan);
    return explainer.stepOf(plan, part).isPresent()
        ? explainer.explain(part, plan)
        : new Explainer(planner, prepared, experience, left.chosen()).explain(part, plan);
  }

  /**
   * Where {@code asked} was unpaired for the plan, the part that has the name, if the plan makes
   * it, else one that the plan makes.
   */
  private Package part(Package asked, String name, Plan plan) {
    List<Package> parts = new ArrayList<>();
    packages.find(name, prepared.manifest().target().system()).ifPresent(parts::add);
    asked.variants().forEach(variant -> parts.add(packages.of(variant)));
    return parts.stream()
        .filter(part -> stepOf(plan, part).isPresent())
        .findFirst()
        .orElse(parts.get(0));
  }

  private Explanation explain(Package asked, Plan plan) {
    Optional<Step> step = stepOf(plan, asked);
    return new Explanation(
        asked.name(),
        asked.version(),
        asked.host(),
        step.isPresent(),
        plan.builderSeconds(),
        variants(asked),
        asked.evidence().stream().map(this::sentence).collect(ImmutableList.toImmutableList()),
        stages(asked),
        alternatives(asked, step, plan),
        step.map(made -> neededBy(plan, made)).orElse(ImmutableList.of()),
        step.map(made -> chain(plan, made)).orElse(ImmutableList.of()),
        keptApart(asked),
        tools(asked, step),
        plan.lost());
  }

  private static InputException unknown(Packages packages, String name) {
    TreeSet<String> known = new TreeSet<>();
    packages.all().forEach(each -> known.add(each.name()));
    return new InputException(
        "there is no package " + name + " in the graphs", Suggestion.oneOf(name, known));
  }

  private Optional<Step> stepOf(Plan plan, Package asked) {
    for (int variant : asked.variants().asList()) {
      for (Step step : plan.steps()) {
        if (step.derivation().equals(graph.path(variant))) {
          return Optional.of(step);
        }
      }
    }
    return Optional.empty();
  }

  private ImmutableList<Variant> variants(Package asked) {
    ImmutableList.Builder<Variant> variants = ImmutableList.builder();
    for (int derivation : asked.variants().asList()) {
      variants.add(
          new Variant(
              graph.path(derivation),
              instance(derivation),
              graph.facts(derivation).system(),
              packages.hosts().basis(derivation).explanation()));
    }
    return variants.build();
  }

  private String instance(int derivation) {
    return graph.instances().get(graph.instanceOf(derivation)).name();
  }

  private String sentence(Evidence evidence) {
    String first = packages.describe(evidence.first());
    String second = packages.describe(evidence.second());
    return (first.equals(second) ? "two derivations " + first : first + " and " + second)
        + ": "
        + evidence.kind().explanation()
        + ": "
        + evidence.detail();
  }

  private ImmutableList<StorePath> stages(Package asked) {
    ImmutableList.Builder<StorePath> stages = ImmutableList.builder();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      for (Evidence served : packages.servedBy(derivation)) {
        if (packages.of(served.second()).number() == asked.number()) {
          stages.add(graph.path(derivation));
        }
      }
    }
    return stages.build();
  }

  private ImmutableList<Alternative> alternatives(Package asked, Optional<Step> step, Plan plan) {
    List<Alternative> alternatives = new ArrayList<>();
    for (int derivation : oneOfEachOutput(asked, step)) {
      Makings.Ways ways = makings.of(derivation);
      for (Making making : ways.possible()) {
        boolean chosen =
            step.isPresent()
                && step.get().derivation().equals(graph.path(derivation))
                && step.get().action() == making.action()
                && step.get().strategy().equals(making.strategy())
                && step.get().toolSet() == making.tools();
        alternatives.add(
            chosen
                ? alternative(
                    making, true, OptionalDouble.of(plan.builderSeconds()), plan.isLeast(), null)
                : forced(making));
      }
      for (Makings.Refusal refused : ways.refused()) {
        alternatives.add(
            new Alternative(
                graph.path(derivation),
                instance(derivation),
                refused.action(),
                refused.strategy(),
                refused.tools(),
                false,
                0,
                OptionalDouble.empty(),
                true,
                Optional.of(refused.reason())));
      }
    }
    alternatives.sort(
        Comparator.comparing((Alternative each) -> !each.chosen())
            .thenComparingDouble(each -> each.planSeconds().orElse(Double.POSITIVE_INFINITY)));
    return ImmutableList.copyOf(alternatives);
  }

  /**
   * Of variants with equal outputs, which are made in the same ways, the one in the plan or one.
   */
  private List<Integer> oneOfEachOutput(Package asked, Optional<Step> step) {
    Map<Object, Integer> byOutput = new LinkedHashMap<>();
    for (int derivation : asked.variants().asList()) {
      StorePath output = graph.facts(derivation).outputPath(0);
      Object key = output == null ? derivation : output;
      if (step.map(made -> made.derivation().equals(graph.path(derivation))).orElse(false)) {
        byOutput.put(key, derivation);
      } else {
        byOutput.putIfAbsent(key, derivation);
      }
    }
    return List.copyOf(byOutput.values());
  }

  private Alternative forced(Making making) {
    try {
      Planner.Chosen chosen =
          planner.choose(prepared, makings -> makings.after(experience).onlyBy(making));
      return alternative(
          making, false, OptionalDouble.of(chosen.selection().cost()), chosen.isLeast(), null);
    } catch (NoPlanException e) {
      return alternative(making, false, OptionalDouble.empty(), true, e.getMessage());
    }
  }

  private Alternative alternative(
      Making making,
      boolean chosen,
      OptionalDouble planSeconds,
      boolean proven,
      @Nullable String why) {
    return new Alternative(
        graph.path(making.derivation()),
        instance(making.derivation()),
        making.action(),
        making.strategy(),
        making.tools(),
        chosen,
        makings.leastSeconds(making),
        planSeconds,
        proven,
        Optional.ofNullable(why));
  }

  /** Of the variant that is emulated, or would be. */
  private ImmutableList<Explanation.Tool> tools(Package asked, Optional<Step> step) {
    Optional<Step> emulated =
        step.filter(made -> made.strategy().equals(Optional.of(Strategy.EMULATED)));
    OptionalInt user =
        emulated.isPresent()
            ? graph.find(emulated.get().derivation())
            : asked.variants().stream().filter(this::canBeEmulated).findFirst();
    if (user.isEmpty()) {
      return ImmutableList.of();
    }
    return Stream.concat(
            makings.tools().judgeCompiler(user.getAsInt()).stream(),
            makings.tools().judge(user.getAsInt()).stream())
        .map(each -> tool(user.getAsInt(), each, emulated))
        .collect(ImmutableList.toImmutableList());
  }

  private Explanation.Tool tool(
      int user, ToolSources.Judgement judgement, Optional<Step> emulated) {
    Optional<String> failure =
        judgement.isAllowed() ? failureWith(user, judgement.tool()) : Optional.empty();
    return new Explanation.Tool(
        packages.of(judgement.tool()).toString(),
        judgement.isAllowed() && failure.isEmpty(),
        emulated.map(made -> made.tools().containsKey(graph.path(judgement.tool()))),
        failure.orElse(judgement.why()));
  }

  /** Why {@code user} is not built any more with the fewest native tools that have one of them. */
  private Optional<String> failureWith(int user, int tool) {
    Tools fewest =
        makings.tools().of(user, Tools.NATIVE).containsKey(tool)
            ? Tools.NATIVE
            : Tools.NATIVE_COMPILER;
    return makings.of(user).refused().stream()
        .filter(refusal -> refusal.isFailedBuild() && refusal.tools() == fewest)
        .map(Makings.Refusal::reason)
        .findFirst();
  }

  private boolean canBeEmulated(int variant) {
    return makings.of(variant).possible().stream()
        .anyMatch(way -> way.strategy().equals(Optional.of(Strategy.EMULATED)));
  }

  private static ImmutableList<String> neededBy(Plan plan, Step made) {
    return plan.steps().stream()
        .filter(step -> step.inputs().contains(made.id()))
        .map(Step::label)
        .distinct()
        .sorted()
        .collect(ImmutableList.toImmutableList());
  }

  /** A shortest way from a step that nothing needs down to {@code made}. */
  private static ImmutableList<String> chain(Plan plan, Step made) {
    int[] towards = new int[plan.steps().size()];
    Arrays.fill(towards, -1);
    Deque<Integer> open = new ArrayDeque<>();
    towards[made.id()] = made.id();
    open.add(made.id());
    ImmutableIntArray[] users = users(plan);
    int last = made.id();
    while (!open.isEmpty()) {
      last = open.remove();
      if (users[last].isEmpty()) {
        break;
      }
      for (int user : users[last].asList()) {
        if (towards[user] < 0) {
          towards[user] = last;
          open.add(user);
        }
      }
    }
    ImmutableList.Builder<String> chain = ImmutableList.builder();
    for (int at = last; at != made.id(); at = towards[at]) {
      chain.add(plan.steps().get(at).label());
    }
    return chain.add(made.label()).build();
  }

  private static ImmutableIntArray[] users(Plan plan) {
    ImmutableIntArray.Builder[] users = new ImmutableIntArray.Builder[plan.steps().size()];
    Arrays.setAll(users, step -> ImmutableIntArray.builder());
    for (Step step : plan.steps()) {
      step.inputs().forEach(input -> users[input].add(step.id()));
    }
    ImmutableIntArray[] built = new ImmutableIntArray[users.length];
    Arrays.setAll(built, step -> users[step].build());
    return built;
  }

  private ImmutableList<Plan.KeptApart> keptApart(Package asked) {
    ImmutableList.Builder<Plan.KeptApart> kept = ImmutableList.builder();
    for (Unpaired unpaired : packages.unpaired()) {
      if (unpaired.derivations().asList().stream()
          .anyMatch(derivation -> packages.of(derivation).number() == asked.number())) {
        kept.add(Planner.keptApart(graph, unpaired));
      }
    }
    return kept.build();
  }
}

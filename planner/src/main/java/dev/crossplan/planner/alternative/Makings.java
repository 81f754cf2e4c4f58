package dev.crossplan.planner.alternative;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Lists;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.Bytes;
import dev.crossplan.planner.cost.CostModel;
import dev.crossplan.planner.cost.Estimate;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Manifest.NativeTools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Substitutes;
import dev.crossplan.planner.variant.Packages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The ways to come by a derivation with the builders, the substituters and the constraints of a
 * manifest, and with what building has taught.
 */
public final class Makings {
  /** No image takes that long to build; few enough for sums to stay exact. */
  private static final double LAST_RESORT_SECONDS = 1e8;

  private final Packages packages;
  private final DerivationGraph graph;
  private final ImmutableList<Builder> builders;
  private final CostModel costs;
  private final Substitutes substitutes;
  private final Constraints constraints;
  private final String target;

  private final ToolSources tools;
  private final Restriction restriction;
  private final ImmutableSet<Integer> keptPackages;
  private @Nullable References references; // found when first asked for

  public Makings(
      Packages packages,
      Manifest manifest,
      ImmutableList<Builder> builders,
      CostModel costs,
      Substitutes substitutes) {
    this.packages = packages;
    this.graph = packages.graph();
    this.builders = builders;
    this.costs = costs;
    this.substitutes = substitutes;
    this.target = manifest.target().system();
    this.constraints = new Constraints(packages, target, manifest.constraints());
    this.tools = new ToolSources(packages, manifest.nativeTools(), builders, constraints);
    this.restriction = Restriction.NONE;
    this.keptPackages = ImmutableSet.of();
  }

  /**
   * What is left of the ways.
   *
   * @param forced the only way to make its package
   * @param experience what building has taught
   * @param keepsBuilt whether packages of which something remains are made in no other way
   * @param kept the only ways to make their packages
   * @param valuation what each counts
   */
  private record Restriction(
      Optional<Making> forced,
      Experience experience,
      boolean keepsBuilt,
      ImmutableSet<Attempt> kept,
      Valuation valuation) {
    static final Restriction NONE =
        new Restriction(
            Optional.empty(), Experience.NONE, false, ImmutableSet.of(), Valuation.SECONDS);
  }

  private Makings(Makings others, ToolSources tools, Restriction restriction) {
    this.packages = others.packages;
    this.graph = others.graph;
    this.builders = others.builders;
    this.costs = others.costs;
    this.substitutes = others.substitutes;
    this.target = others.target;
    this.constraints = others.constraints;
    this.tools = tools;
    this.restriction = restriction;
    this.keptPackages =
        restriction.kept().stream()
            .flatMapToInt(attempt -> graph.find(attempt.derivation()).stream())
            .mapToObj(derivation -> packages.of(derivation).number())
            .collect(ImmutableSet.toImmutableSet());
  }

  private Makings with(Restriction other) {
    return new Makings(this, tools, other);
  }

  /** The same, but the package of {@code making} in no other way. */
  public Makings onlyBy(Making making) {
    return with(
        new Restriction(
            Optional.of(making),
            experience(),
            restriction.keepsBuilt(),
            restriction.kept(),
            restriction.valuation()));
  }

  /** The same, but what they count is something else than their seconds. */
  public Makings valuedBy(Valuation valuation) {
    return with(
        new Restriction(
            forced(), experience(), restriction.keepsBuilt(), restriction.kept(), valuation));
  }

  /** The same, but emulated builds have the tools that they were evaluated to have. */
  public Makings withToolsAsEvaluated() {
    return new Makings(
        this,
        new ToolSources(
            packages,
            NativeTools.NONE,
            builders,
            new Constraints(packages, target, ImmutableList.of())),
        restriction);
  }

  /** The same, but what failed is refused. */
  public Makings after(Experience learned) {
    return with(
        new Restriction(forced(), learned, false, ImmutableSet.of(), restriction.valuation()));
  }

  /** The same, as if nothing were built yet; what failed is refused all the same. */
  public Makings withNothingBuilt() {
    return after(new Experience(experience().failures(), ImmutableList.of()));
  }

  /** The same, and packages of which something remains are made in no other way. */
  public Makings keepingBuilt() {
    return with(
        new Restriction(forced(), experience(), true, ImmutableSet.of(), restriction.valuation()));
  }

  /** The same with what is known to remain, where that is to be kept. */
  Makings keeping(Remains remains) {
    return restriction.keepsBuilt()
        ? with(
            new Restriction(
                forced(), experience(), true, remains.attempts(this), restriction.valuation()))
        : this;
  }

  /** The only way to make its package; empty where no package is restricted so. */
  public Optional<Making> forced() {
    return restriction.forced();
  }

  /** What building has taught; nothing if that is not asked for. */
  public Experience experience() {
    return restriction.experience();
  }

  public ImmutableList<Builder> builders() {
    return builders;
  }

  public Substitutes substitutes() {
    return substitutes;
  }

  /**
   * All ways.
   *
   * @param possible a substitution first, then strategies in their order; empty where there is no
   *     way
   * @param refused why each of the others is none
   */
  public record Ways(ImmutableList<Making> possible, ImmutableList<Refusal> refused) {

    private boolean lacksBuilderFor(Attempt attempt) {
      return refused.stream()
          .anyMatch(
              refusal ->
                  refusal.grounds() == Grounds.NO_BUILDER
                      && refusal.action() == attempt.action()
                      && refusal.strategy().equals(attempt.strategy()));
    }

    /** Whether it is the tools alone that are not had any more: they were allowed once. */
    private boolean allowOtherTools(Attempt attempt) {
      return possible.stream()
          .anyMatch(
              making ->
                  making.action() == attempt.action()
                      && making.strategy().equals(attempt.strategy()));
    }
  }

  /**
   * A way that is none.
   *
   * @param strategy empty for a download or a substitution
   * @param tools of an emulated build
   * @param reason as part of a sentence
   */
  public record Refusal(
      Action action, Optional<Strategy> strategy, Tools tools, Grounds grounds, String reason) {

    /** Of a way with tools as evaluated. */
    Refusal(Action action, Optional<Strategy> strategy, Grounds grounds, String reason) {
      this(action, strategy, Tools.AS_EVALUATED, grounds, reason);
    }

    /** Whether it was tried to build it. */
    public boolean isFailedBuild() {
      return action == Action.BUILD && grounds == Grounds.FAILED;
    }
  }

  /** What speaks against a way. */
  public enum Grounds {
    /** It was tried. */
    FAILED,
    /** There is no builder for it, and never was. */
    NO_BUILDER,
    /** What the manifest says, or what is built or substituted besides. */
    OTHERS
  }

  /**
   * All ways to come by {@code derivation}. Where a source or a tool can be substituted, that is
   * the only one.
   */
  public Ways of(int derivation) {
    if (isForced(derivation)) {
      return new Ways(
          forced()
              .filter(making -> making.derivation() == derivation)
              .map(ImmutableList::of)
              .orElse(ImmutableList.of()),
          ImmutableList.of());
    }
    Ways usual = usual(derivation);
    return experience().failed().isEmpty() && restriction.kept().isEmpty()
        ? usual
        : learned(usual, derivation);
  }

  /** The ways that there are, less those that have failed or are not needed any more. */
  private Ways learned(Ways usual, int derivation) {
    ImmutableList.Builder<Making> possible = ImmutableList.builder();
    ImmutableList.Builder<Refusal> refused = ImmutableList.builder();
    refused.addAll(usual.refused());
    if (substitutes.has(derivation)) {
      refusal(substitute(derivation)).ifPresent(refused::add);
    }
    for (Making making : usual.possible()) {
      refusal(making).ifPresentOrElse(refused::add, () -> possible.add(making));
    }
    return new Ways(possible.build(), refused.build());
  }

  /** Why experience speaks against a way; empty where it does not. */
  private Optional<Refusal> refusal(Making making) {
    @Nullable String failure = isLastResort(making) ? null : failure(making);
    if (failure == null
        && (restriction.kept().contains(attempt(making))
            || !keptPackages.contains(packages.of(making.derivation()).number()))) {
      return Optional.empty();
    }
    return Optional.of(
        new Refusal(
            making.action(),
            making.strategy(),
            making.tools(),
            failure == null ? Grounds.OTHERS : Grounds.FAILED,
            failure == null ? "the package is built already in another way" : failure));
  }

  /** Why it failed; what failed with fewer native tools, or none, more of them do not mend. */
  private @Nullable String failure(Making making) {
    for (Tools fewer : Tools.values()) {
      @Nullable String why =
          fewer.compareTo(making.tools()) > 0
              ? null
              : experience().failed().get(attempt(making.with(fewer)));
      if (why != null) {
        return why;
      }
    }
    return null;
  }

  /**
   * All ways to build what {@code chosen} builds of the same inputs, itself among them. What is
   * only a last resort is none of them, unless it was chosen as one.
   */
  public ImmutableList<Making> withSameInputs(Making chosen) {
    return of(chosen.derivation()).possible().stream()
        .filter(way -> way.action() == Action.BUILD && way.tools() == chosen.tools())
        .filter(way -> way.equals(chosen) || !isLastResort(way))
        .collect(ImmutableList.toImmutableList());
  }

  /** Whether a way that has failed is planned only for want of another. */
  private boolean isLastResort(Making making) {
    return experience().failedAsLastResort()
        && making.action() == Action.BUILD
        && experience().failed().containsKey(attempt(making));
  }

  /** A way, as it is remembered. */
  public Attempt attempt(Making making) {
    return new Attempt(
        graph.path(making.derivation()), making.action(), making.strategy(), making.tools());
  }

  /**
   * The way of an earlier plan, if there still is one, even if another is preferred now. What is
   * there needs no builder; what is to be built of the same derivation natively may be emulated
   * instead, and the other way round.
   */
  Optional<Making> still(EarlierStep step) {
    Attempt attempt = step.attempt();
    OptionalInt derivation = graph.find(attempt.derivation());
    if (derivation.isEmpty() || experience().failed().containsKey(attempt)) {
      return Optional.empty();
    }
    if (attempt.action() == Action.SUBSTITUTE) {
      return substitution(derivation.getAsInt());
    }
    if (isToolForbidden(step)) {
      return Optional.empty();
    }
    Ways ways = made(derivation.getAsInt());
    Optional<Making> same =
        ways.possible().stream().filter(making -> attempt(making).equals(attempt)).findFirst();
    boolean isThere = step.state() == EarlierStep.State.DONE;
    boolean isOnlyKept = ways.lacksBuilderFor(attempt) || ways.allowOtherTools(attempt);
    if (same.isEmpty() && isThere && isOnlyKept) {
      return Optional.of(
          new Making(derivation.getAsInt(), attempt.action(), attempt.strategy())
              .with(attempt.tools()));
    }
    return same.isEmpty() && !isThere && attempt.action() == Action.BUILD
        ? ways.possible().stream()
            .filter(making -> making.action() == Action.BUILD)
            .filter(making -> making.tools() == attempt.tools())
            .filter(making -> !experience().failed().containsKey(attempt(making)))
            .findFirst()
        : same;
  }

  /** Whether the manifest says by now that a tool which a step had natively is emulated. */
  private boolean isToolForbidden(EarlierStep step) {
    OptionalInt user = graph.find(step.attempt().derivation());
    return user.isPresent()
        && step.tools().keySet().stream()
            .flatMapToInt(tool -> graph.find(tool).stream())
            .anyMatch(tool -> tools.isForbidden(user.getAsInt(), tool));
  }

  /** All ways, whatever building has taught about those that are no substitutions. */
  private Ways usual(int derivation) {
    Optional<Making> substitution = substitution(derivation);
    if (substitution.isPresent()
        && (graph.facts(derivation).isFixedOutput() || !isForTarget(derivation))) {
      return new Ways(ImmutableList.of(substitution.get()), ImmutableList.of());
    }
    ImmutableList.Builder<Making> possible = ImmutableList.builder();
    ImmutableList.Builder<Refusal> refused = ImmutableList.builder();
    substitution.ifPresent(possible::add);
    lackingReference(derivation)
        .ifPresent(
            reference ->
                refused.add(
                    new Refusal(
                        Action.SUBSTITUTE,
                        Optional.empty(),
                        Grounds.OTHERS,
                        "its substitute refers to "
                            + packages.of(reference)
                            + ", which cannot be substituted")));
    Ways made = made(derivation);
    return new Ways(
        possible.addAll(made.possible()).build(), refused.addAll(made.refused()).build());
  }

  /** The ways to make it here. */
  private Ways made(int derivation) {
    ImmutableList.Builder<Making> possible = ImmutableList.builder();
    ImmutableList.Builder<Refusal> refused = ImmutableList.builder();
    if (graph.facts(derivation).isFixedOutput()) {
      addFetch(derivation, possible, refused);
    } else {
      for (Strategy strategy : Strategy.values()) {
        if (isCross(derivation) == (strategy == Strategy.CROSS)) {
          addBuild(derivation, strategy, possible, refused);
        }
      }
    }
    return new Ways(possible.build(), refused.build());
  }

  /** Whether {@code derivation} is a variant of the package that is made in one way only. */
  private boolean isForced(int derivation) {
    return forced().isPresent()
        && packages.of(derivation).number() == packages.of(forced().get().derivation()).number();
  }

  /** Whether a substitute for {@code derivation} would evade what was asked for. */
  private boolean mustBeMade(int derivation) {
    return isForced(derivation)
        ? !forced().map(this::attempt).equals(Optional.of(attempt(substitute(derivation))))
        : constraints.requiresBuild(derivation) || refusal(substitute(derivation)).isPresent();
  }

  private Making substitute(int derivation) {
    return new Making(derivation, Action.SUBSTITUTE, Optional.empty());
  }

  /** Substituting {@code derivation}, where that is a way to come by it. */
  public Optional<Making> substitution(int derivation) {
    return substitutes.has(derivation)
            && !mustBeMade(derivation)
            && lackingReference(derivation).isEmpty()
        ? Optional.of(substitute(derivation))
        : Optional.empty();
  }

  /** What has to be substituted for the target with {@code derivation}. */
  public ImmutableIntArray references(int derivation) {
    return isForTarget(derivation) ? references().of(derivation) : ImmutableIntArray.of();
  }

  private References references() {
    if (references == null) {
      references = new References(packages, substitutes, this::isForTarget, this::mustBeMade);
    }
    return references;
  }

  private OptionalInt lackingReference(int derivation) {
    return isForTarget(derivation) && substitutes.has(derivation)
        ? references().lacking(derivation)
        : OptionalInt.empty();
  }

  /** Whether its outputs run on the target. */
  boolean isForTarget(int derivation) {
    return packages.hosts().isFor(derivation, target);
  }

  private boolean isCross(int derivation) {
    String system = graph.facts(derivation).system();
    return packages.hosts().system(derivation).map(host -> !host.equals(system)).orElse(false);
  }

  private void addFetch(
      int derivation,
      ImmutableList.Builder<Making> possible,
      ImmutableList.Builder<Refusal> refused) {
    String system = graph.facts(derivation).system();
    Making making = new Making(derivation, Action.FETCH, Optional.empty());
    if (capable(making).isEmpty()) {
      refused.add(
          new Refusal(
              Action.FETCH,
              Optional.empty(),
              Grounds.NO_BUILDER,
              "no builder runs or emulates " + system));
    } else {
      possible.add(making);
    }
  }

  private void addBuild(
      int derivation,
      Strategy strategy,
      ImmutableList.Builder<Making> possible,
      ImmutableList.Builder<Refusal> refused) {
    DerivationFacts facts = graph.facts(derivation);
    Optional<String> forbidden = constraints.forbids(derivation, strategy);
    Making making = new Making(derivation, Action.BUILD, Optional.of(strategy));
    if (forbidden.isPresent()) {
      refused.add(
          new Refusal(Action.BUILD, Optional.of(strategy), Grounds.OTHERS, forbidden.get()));
    } else if (capable(making).isEmpty()) {
      refused.add(
          new Refusal(
              Action.BUILD,
              Optional.of(strategy),
              Grounds.NO_BUILDER,
              (strategy == Strategy.EMULATED ? "no builder emulates " : "no builder runs ")
                  + facts.system()
                  + (facts.requiredFeatures().isEmpty()
                      ? ""
                      : " with the features " + String.join(", ", facts.requiredFeatures()))
                  + (memory(making) == 0
                      ? ""
                      : " with " + Bytes.mebibytes(memory(making)) + " of memory")));
    } else {
      addWithTools(making, possible, refused);
    }
  }

  /** What the manifest demands to run natively does so, unless that has failed. */
  private void addWithTools(
      Making making,
      ImmutableList.Builder<Making> possible,
      ImmutableList.Builder<Refusal> refused) {
    boolean isEmulated = making.strategy().equals(Optional.of(Strategy.EMULATED));
    Tools demanded = isEmulated ? tools.demanded(making.derivation()) : Tools.AS_EVALUATED;
    boolean isDemandMet = false;
    List<Making> ways = new ArrayList<>();
    for (Tools each : Lists.reverse(Arrays.asList(Tools.values()))) {
      boolean isOne =
          each == Tools.AS_EVALUATED
              || (isEmulated && !tools.of(making.derivation(), each).isEmpty());
      Making way = making.with(each);
      if (isOne && each.compareTo(demanded) < 0 && isDemandMet) {
        refused.add(
            new Refusal(
                way.action(),
                way.strategy(),
                each,
                Grounds.OTHERS,
                "the manifest says that a tool of it runs natively"));
      } else if (isOne) {
        ways.add(way);
        isDemandMet |= each.compareTo(demanded) >= 0 && failure(way) == null;
      }
    }
    possible.addAll(Lists.reverse(ways));
  }

  /** Which inputs of an emulated build may be those of the machine that emulates. */
  public ToolSources tools() {
    return tools;
  }

  private boolean isRunBySomeBuilder(String system) {
    return builders.stream().anyMatch(builder -> builder.runs(system));
  }

  /** The builders that can do it. Substitution needs none. */
  public ImmutableList<Builder> capable(Making making) {
    return builders.stream()
        .filter(builder -> isCapable(builder, making))
        .collect(ImmutableList.toImmutableList());
  }

  /** Whether {@code builder} can do it. What is done is nowhere, where nobody could do it. */
  public boolean isCapable(Builder builder, Making making) {
    return isAble(builder, making)
        || (making.isDone() && builders.stream().noneMatch(other -> isAble(other, making)));
  }

  private boolean isAble(Builder builder, Making making) {
    DerivationFacts facts = graph.facts(making.derivation());
    if (making.action() == Action.FETCH) {
      return isRunBySomeBuilder(facts.system())
          ? builder.runs(facts.system())
          : builder.emulates().contains(facts.system());
    }
    boolean runs =
        making.strategy().equals(Optional.of(Strategy.EMULATED))
            ? builder.emulates().contains(facts.system())
            : builder.runs(facts.system());
    return runs
        && builder.offers(facts.requiredFeatures())
        && memory(making) <= builder.capacity().memory().orElse(Long.MAX_VALUE);
  }

  /** Bytes that it takes on the builder meanwhile; 0 where nobody has said. */
  public long memory(Making making) {
    return making.action() == Action.BUILD && !making.isDone()
        ? constraints.memory(making.derivation())
        : 0;
  }

  /** How many bytes all outputs of a derivation have together; 0 where nobody knows. */
  public long outputBytes(int derivation) {
    return costs.outputBytes(packages, derivation);
  }

  /** How long a builder takes that can do it. A substitution takes the same on any. */
  public Estimate estimate(Making making, Builder builder) {
    return making.isDone()
        ? Estimate.NOTHING
        : switch (making.action()) {
          case SUBSTITUTE -> costs.substitute();
          case FETCH -> costs.fetch(!isRunBySomeBuilder(graph.facts(making.derivation()).system()));
          case BUILD ->
              costs.build(
                  packages,
                  making.derivation(),
                  making.strategy().orElseThrow(),
                  making.tools(),
                  builder);
        };
  }

  /** What a way counts in the choice: the least of it, and more than all if it has failed. */
  double cost(Making making) {
    return making.action() == Action.SUBSTITUTE
        ? restriction.valuation().ofSubstitution(leastSeconds(making))
        : least(making, restriction.valuation()) + (isLastResort(making) ? LAST_RESORT_SECONDS : 0);
  }

  /** Seconds on the fastest builder that can do it. */
  public double leastSeconds(Making making) {
    return least(making, Valuation.SECONDS);
  }

  /** What it counts on the builder where it counts least. */
  public double least(Making making, Valuation valuation) {
    double least = Double.POSITIVE_INFINITY;
    for (Builder builder : builders) {
      if (making.action() == Action.SUBSTITUTE || isCapable(builder, making)) {
        double seconds = estimate(making, builder).seconds();
        least = Math.min(least, valuation.of(making, builder, seconds));
      }
    }
    return least;
  }
}

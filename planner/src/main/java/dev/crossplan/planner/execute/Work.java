package dev.crossplan.planner.execute;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Maps;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.InputOutputs;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.estimate.Interval;
import dev.crossplan.planner.estimate.MakespanInterval;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanDerivations;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * A plan and how much of it is to be done.
 *
 * @param image what it is a plan for
 * @param used by derivation as Nix builds it, those of its outputs that the plan uses
 * @param missing those outputs of the steps that were not in the store at first
 * @param failed ways that failed before, and why: steps that are such are not begun
 * @param end how far off its end may be, in parts of the time that it takes; empty if nobody can
 *     tell
 */
record Work(
    Prepared image,
    PlanDerivations derivations,
    ImmutableSetMultimap<StorePath, StorePath> used,
    ImmutableSet<StorePath> missing,
    ImmutableMap<Attempt, String> failed,
    Driver driver,
    Optional<Interval> end) {

  private static final long SEED = 1;

  /**
   * Looks what is to be done.
   *
   * @param missing those outputs of the steps that are not in the store
   * @param running steps that were started already, by derivation as Nix builds it
   * @param failed ways that failed before, and why
   */
  static Work of(
      Prepared image,
      PlanDerivations derivations,
      ImmutableSet<StorePath> missing,
      Map<StorePath, Step> running,
      ImmutableMap<Attempt, String> failed) {
    Plan plan = derivations.plan();
    ImmutableMap.Builder<String, Integer> slots = ImmutableMap.builder();
    ImmutableMap.Builder<String, Long> memory = ImmutableMap.builder();
    for (Builder builder : plan.builders()) {
      slots.put(builder.name(), builder.slots());
      builder.capacity().memory().ifPresent(bytes -> memory.put(builder.name(), bytes));
    }
    Driver driver =
        new Driver(
            plan.steps(),
            derivations.roots(),
            slots.buildOrThrow(),
            memory.buildOrThrow(),
            first(derivations),
            (step, user) ->
                usedBy(derivations, step, user).values().stream().noneMatch(missing::contains),
            step -> Optional.ofNullable(running.get(derivations.path(step))),
            step -> failed.containsKey(plan.steps().get(step).attempt()));
    return new Work(
        image,
        derivations,
        allUsed(derivations),
        missing,
        failed,
        driver,
        MakespanInterval.of(image, plan, SEED));
  }

  /**
   * What somebody uses of the outputs of a step.
   *
   * @param user a step that has it as an input, or {@link Driver#IMAGE}
   */
  private static ImmutableSortedMap<String, StorePath> usedBy(
      PlanDerivations derivations, int step, int user) {
    ImmutableSortedMap<String, StorePath> outputs = derivations.outputs(step);
    if (user == Driver.IMAGE) {
      String meant = meant(derivations.derivation(step), outputs);
      return outputs.subMap(meant, true, meant, true);
    }
    if (derivations.plan().steps().get(user).action() == Action.SUBSTITUTE) {
      return outputs; // what it was built with says nothing of what it refers to
    }
    InputOutputs used = derivations.derivation(user).inputDerivations().get(derivations.path(step));
    return used == null // another step has the output in its place
        ? outputs
        : ImmutableSortedMap.copyOf(Maps.filterKeys(outputs, used.names()::contains));
  }

  private static IntUnaryOperator first(PlanDerivations derivations) {
    Map<StorePath, Integer> first = new HashMap<>();
    for (Step step : derivations.plan().steps()) {
      first.putIfAbsent(derivations.path(step.id()), step.id());
    }
    return step -> first.getOrDefault(derivations.path(step), step);
  }

  ImmutableList<Step> steps() {
    return derivations.plan().steps();
  }

  /** The output that an attribute stands for: the first that its derivation lists, as for Nix. */
  private static String meant(
      Derivation derivation, ImmutableSortedMap<String, StorePath> outputs) {
    return Splitter.on(' ')
        .splitToStream(derivation.attribute("outputs").orElse(""))
        .filter(outputs::containsKey)
        .findFirst()
        .orElseGet(() -> outputs.containsKey("out") ? "out" : outputs.firstKey());
  }

  /** By attribute of the image, the output that is meant, as far as that is there. */
  ImmutableMap<String, StorePath> meantByAttribute() {
    ImmutableMap.Builder<String, StorePath> meant = ImmutableMap.builder();
    derivations
        .plan()
        .image()
        .forEach(
            (attribute, root) -> {
              if (driver.state(root).isDone()) {
                meant.put(
                    attribute, usedBy(derivations, root, Driver.IMAGE).values().iterator().next());
              }
            });
    return meant.buildOrThrow();
  }

  /** Of each attribute of the image that is there the output that is meant. */
  ImmutableList<StorePath> meantOutputs() {
    return derivations.roots().stream()
        .filter(root -> driver.state(root).isDone())
        .mapToObj(root -> usedBy(derivations, root, Driver.IMAGE).values().iterator().next())
        .collect(ImmutableList.toImmutableList());
  }

  private static ImmutableSetMultimap<StorePath, StorePath> allUsed(PlanDerivations derivations) {
    ImmutableSetMultimap.Builder<StorePath, StorePath> used = ImmutableSetMultimap.builder();
    derivations
        .roots()
        .forEach(
            root ->
                used.putAll(
                    derivations.path(root), usedBy(derivations, root, Driver.IMAGE).values()));
    for (Step user : derivations.plan().steps()) {
      user.inputs()
          .forEach(
              input ->
                  used.putAll(
                      derivations.path(input), usedBy(derivations, input, user.id()).values()));
    }
    return used.build();
  }

  /** Whether what it builds is to run on the target, and can be looked at for that. */
  boolean isForTarget(Step step) {
    return step.action() == Action.BUILD
        && step.host().equals(Optional.of(image.manifest().target().system()));
  }

  /** What the outputs of a step may refer to: {@link #blameless(PlanDerivations, Tools)}. */
  Optional<ImmutableSet<StorePath>> blameless(Step step) {
    return blameless(derivations, step.toolSet());
  }

  /**
   * What outputs may refer to, with all that this refers to, without its being the fault of their
   * tools: what is made for the target, as that is inspected on its own, and sources.
   *
   * @return empty for tools as evaluated: there are no others for which less might be referred to
   */
  static Optional<ImmutableSet<StorePath>> blameless(PlanDerivations derivations, Tools tools) {
    if (tools == Tools.AS_EVALUATED) {
      return Optional.empty();
    }
    String target = derivations.plan().target().system();
    return Optional.of(
        derivations.plan().steps().stream()
            .filter(step -> step.host().map(target::equals).orElse(true))
            .flatMap(step -> derivations.outputs(step.id()).values().stream())
            .collect(ImmutableSet.toImmutableSet()));
  }

  /**
   * Whose outputs have faults: derivations as Nix builds them.
   *
   * @param found faults by path
   */
  ImmutableListMultimap<StorePath, String> faultsOfSteps(
      ImmutableListMultimap<Path, String> found) {
    ImmutableListMultimap.Builder<StorePath, String> faults = ImmutableListMultimap.builder();
    Set<StorePath> seen = new HashSet<>();
    for (Step step : steps()) {
      StorePath derivation = derivations.path(step.id());
      if (isForTarget(step) && seen.add(derivation)) {
        derivations
            .outputs(step.id())
            .values()
            .forEach(output -> faults.putAll(derivation, found.get(Path.of(output.toString()))));
      }
    }
    return faults.build();
  }

  boolean hasTodo() {
    return !driver.todo().isEmpty();
  }

  /** What is not done yet: derivations as Nix builds them. */
  ImmutableSet<StorePath> todo() {
    return driver.todo().stream().map(derivations::path).collect(ImmutableSet.toImmutableSet());
  }

  /** What a step has to give: all that it builds, but of a download no more than is used. */
  ImmutableList<StorePath> toMake(Step step) {
    return step.action() == Action.SUBSTITUTE
        ? used.get(derivations.path(step.id())).asList()
        : ImmutableList.copyOf(derivations.outputs(step.id()).values());
  }

  /** Those outputs of a step that are in the store. */
  ImmutableSortedMap<String, StorePath> presentOutputs(int step) {
    ImmutableList<StorePath> made =
        driver.state(step) == Driver.State.FINISHED
            ? toMake(steps().get(step))
            : ImmutableList.of();
    return ImmutableSortedMap.copyOf(
        Maps.filterValues(
            derivations.outputs(step),
            output -> !missing.contains(output) || made.contains(output)));
  }

  /** The step that stands for all that are a derivation as Nix builds it. */
  Optional<Step> firstOf(StorePath derivation) {
    return stepsOf(derivation).stream().findFirst();
  }

  /** The steps, mostly one, that are a derivation as Nix builds it. */
  ImmutableList<Step> stepsOf(StorePath derivation) {
    return steps().stream()
        .filter(step -> derivations.path(step.id()).equals(derivation))
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * What a plan in its place is to keep.
   *
   * @param running steps that are being made, by derivation as Nix builds it
   */
  Kept kept(ImmutableMap<StorePath, Step> running) {
    ImmutableSet.Builder<StorePath> there = ImmutableSet.builder();
    ImmutableSet.Builder<Attempt> beingMade = ImmutableSet.builder();
    for (Step step : steps()) {
      there.addAll(presentOutputs(step.id()).values());
      if (driver.state(step.id()) == Driver.State.RUNNING) {
        there.addAll(toMake(step));
        beingMade.add(step.attempt());
      }
    }
    return new Kept(planned(), there.build(), beingMade.build(), running, false);
  }

  /** The evaluated derivations that its steps stand for. */
  ImmutableSet<StorePath> provided() {
    return steps().stream()
        .flatMap(step -> step.provides().stream())
        .collect(ImmutableSet.toImmutableSet());
  }

  /** The steps as they are kept for the next run. */
  ImmutableList<PlannedStep> planned() {
    return steps().stream()
        .map(
            step ->
                new PlannedStep(
                    step.attempt(),
                    step.provides(),
                    ImmutableMap.copyOf(
                        Maps.transformValues(step.tools(), tool -> steps().get(tool).derivation())),
                    outputs(step),
                    used.get(derivations.path(step.id()))))
        .collect(ImmutableList.toImmutableList());
  }

  private ImmutableMap<String, StorePath> outputs(Step step) {
    ImmutableSortedMap<String, StorePath> outputs = derivations.outputs(step.id());
    String meant = meant(derivations.derivation(step.id()), outputs);
    return ImmutableMap.<String, StorePath>builder()
        .putAll(Maps.filterKeys(outputs, meant::equals))
        .putAll(Maps.filterKeys(outputs, name -> !name.equals(meant)))
        .buildOrThrow();
  }
}

package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.alternative.Attempt;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanDerivations;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * A plan and how much of it is to be done.
 *
 * @param image what it is a plan for
 */
record Work(Prepared image, PlanDerivations derivations, Driver driver) {

  /**
   * Looks what is to be done.
   *
   * @param missing those outputs of the steps that are not in the store
   * @param running derivations, as Nix builds them, that were started already
   */
  static Work of(
      Prepared image,
      PlanDerivations derivations,
      ImmutableSet<StorePath> missing,
      Set<StorePath> running) {
    Plan plan = derivations.plan();
    ImmutableMap.Builder<String, Integer> slots = ImmutableMap.builder();
    for (Builder builder : plan.builders()) {
      slots.put(builder.name(), builder.slots());
    }
    Driver driver =
        new Driver(
            plan.steps(),
            derivations.roots(),
            slots.buildOrThrow(),
            first(derivations),
            step -> derivations.outputs(step).values().stream().noneMatch(missing::contains),
            step -> running.contains(derivations.path(step)));
    return new Work(image, derivations, driver);
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

  static Attempt attempt(Step step) {
    return new Attempt(step.derivation(), step.action(), step.strategy());
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

  /** What is being made. */
  ImmutableSet<Attempt> running() {
    return steps().stream()
        .filter(step -> driver.state(step.id()) == Driver.State.RUNNING)
        .map(Work::attempt)
        .collect(ImmutableSet.toImmutableSet());
  }

  /** What is there or will soon be. */
  ImmutableSet<Attempt> built() {
    return steps().stream()
        .filter(
            step ->
                driver.state(step.id()).isDone() || driver.state(step.id()) == Driver.State.RUNNING)
        .map(Work::attempt)
        .collect(ImmutableSet.toImmutableSet());
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
                    attempt(step),
                    ImmutableList.copyOf(derivations.outputs(step.id()).values()),
                    step.inputs()))
        .collect(ImmutableList.toImmutableList());
  }
}

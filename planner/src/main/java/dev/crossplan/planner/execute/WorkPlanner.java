package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.alternative.Experience;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.history.Failures;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanDerivations;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Plans what is left to do, with what is in the store. */
final class WorkPlanner {
  private final Planner planner;
  private final NixStore store;

  WorkPlanner(Planner planner, NixStore store) {
    this.planner = planner;
    this.store = store;
  }

  /** What there is of the last plan: one look for all of it. */
  Kept kept(ImmutableList<PlannedStep> last) throws InterruptedException {
    ImmutableSet<StorePath> outputs =
        last.stream()
            .flatMap(step -> step.outputs().values().stream())
            .collect(ImmutableSet.toImmutableSet());
    return Kept.of(last, Sets.difference(outputs, store.missing(outputs)).immutableCopy());
  }

  /**
   * Plans.
   *
   * @param failed what is not to be tried
   * @throws NoPlanException if there is no way to build the image
   * @throws InputException if what a step gives is not known before it is built
   */
  Work plan(Prepared image, Failures failed, Kept kept) throws InterruptedException {
    return plan(image, failed, kept, false);
  }

  private Work plan(Prepared image, Failures failed, Kept kept, boolean failedAsLastResort)
      throws InterruptedException {
    Kept known = kept;
    while (true) {
      Experience experience = new Experience(failed, known.earlier(), failedAsLastResort);
      Plan plan = planner.plan(image, kept.isBound() ? experience.bound() : experience);
      PlanDerivations derivations = planner.derivations(image, plan);
      ImmutableSet.Builder<StorePath> outputs = ImmutableSet.builder();
      for (Step step : plan.steps()) {
        checkOutputsAreKnown(image, derivations, step);
        outputs.addAll(derivations.outputs(step.id()).values());
      }
      Work work =
          Work.of(
              image,
              derivations,
              store.missing(outputs.build()),
              kept.running(),
              failedAsLastResort ? failed(plan) : ImmutableMap.of());
      Kept same = known.withSteps(unchanged(known.steps(), work));
      if (same.steps().size() == known.steps().size()) {
        return work;
      }
      known = same;
    }
  }

  /** The ways that failed, those among them of which planning has found that out. */
  private static ImmutableMap<Attempt, String> failed(Plan plan) {
    return plan.failures().stream()
        .collect(ImmutableMap.toImmutableMap(Plan.Failure::way, Plan.Failure::why));
  }

  /** Whether a plan has nothing built but what some steps give. */
  private static boolean isOf(ImmutableList<PlannedStep> steps, Work work) {
    Set<StorePath> outputs = new HashSet<>();
    steps.forEach(step -> outputs.addAll(step.outputs().values()));
    return work.planned().stream().allMatch(step -> outputs.containsAll(step.outputs().values()));
  }

  /** With other inputs than before a step is another derivation, of which nothing is there. */
  private static ImmutableList<PlannedStep> unchanged(
      ImmutableList<PlannedStep> earlier, Work work) {
    Map<Attempt, PlannedStep> planned = new HashMap<>();
    work.planned().forEach(step -> planned.put(step.attempt(), step));
    return earlier.stream()
        .filter(
            step -> {
              PlannedStep now = planned.get(step.attempt());
              return now == null || now.outputs().equals(step.outputs());
            })
        .collect(ImmutableList.toImmutableList());
  }

  /** Whether something is built is asked by the paths of its outputs. */
  private static void checkOutputsAreKnown(Prepared image, PlanDerivations derivations, Step step) {
    if (derivations.outputs(step.id()).size()
        < derivations.derivation(step.id()).outputs().size()) {
      throw new InputException(
          image.manifest().file()
              + ": "
              + step.derivation()
              + " is content-addressed or impure: what it gives has no path before it is built, so"
              + " crossplan cannot tell what is built already",
          "Maybe let Nix build the plan: crossplan plan --format nix, then nix-build plan.nix -A"
              + " image.");
    }
  }

  /**
   * Plans as much of an image as can be had.
   *
   * @see #plan
   */
  Prospect prospect(Prepared image, Failures failed, Kept kept) throws InterruptedException {
    try {
      return Prospect.of(plan(image, failed, kept));
    } catch (NoPlanException all) {
      ImmutableSet<String> failures = ImmutableSet.copyOf(failed.reasons());
      ImmutableMap<String, NoPlanException> impossible =
          planner.impossible(image, new Experience(failed, kept.earlier()));
      ImmutableList<String> possible = image.imageBut(impossible.keySet());
      if (!impossible.isEmpty() && !possible.isEmpty()) {
        try {
          return new Prospect(
              Optional.of(plan(image.withImage(possible), failed, kept)),
              Prospect.losses(impossible),
              failures,
              Optional.empty());
        } catch (NoPlanException together) {
          // each alone, but not all of them
        }
      }
      ImmutableList<Prospect.Loss> losses =
          possible.isEmpty()
              ? Prospect.losses(impossible)
              : ImmutableList.of(new Prospect.Loss(image.manifest().image(), all.reasons()));
      return new Prospect(Optional.empty(), losses, failures, Optional.empty());
    }
  }

  /**
   * Plans with the builders that are there, each step of the same derivation as before; empty if
   * they cannot do that.
   */
  Optional<Work> elsewhere(
      Prepared image, ImmutableList<Builder> builders, Failures failed, Kept kept)
      throws InterruptedException {
    if (builders.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(plan(image.with(builders), failed, kept.bound()))
          .filter(work -> isOf(kept.steps(), work));
    } catch (NoPlanException e) {
      return Optional.empty();
    }
  }

  /**
   * The same with the builders that are there, or, where that is not enough for all of it, with
   * those that may come back.
   *
   * @see #prospect(Prepared, Failures, Kept)
   */
  Prospect prospect(Prepared image, Availability builders, Failures failed, Kept kept)
      throws InterruptedException {
    return builders.firstEnough(usable -> prospect(image.with(usable), failed, kept));
  }

  /**
   * The same, with what is left to do for the rest.
   *
   * @see Prospect#rest
   */
  Prospect prospectWithRest(Prepared image, Availability builders, Failures failed, Kept kept)
      throws InterruptedException {
    return builders.firstEnough(usable -> prospectWithRest(image.with(usable), failed, kept));
  }

  private Prospect prospectWithRest(Prepared image, Failures failed, Kept kept)
      throws InterruptedException {
    Prospect prospect = prospect(image, failed, kept);
    if (prospect.lost().isEmpty() || failed.isEmpty()) {
      return prospect;
    }
    ImmutableSet<StorePath> planned = prospect.work().map(Work::todo).orElse(ImmutableSet.of());
    return asIfNothingHadFailed(image, failed, kept)
        .filter(rest -> !planned.containsAll(rest.todo()))
        .map(prospect::withRest)
        .orElse(prospect);
  }

  /** Where something cannot be had whatever has failed, without that. */
  private Optional<Work> asIfNothingHadFailed(Prepared image, Failures failed, Kept kept)
      throws InterruptedException {
    try {
      return Optional.of(plan(image, failed, kept, true));
    } catch (NoPlanException all) {
      Experience asLastResort = new Experience(failed, kept.earlier(), true);
      ImmutableList<String> possible =
          image.imageBut(planner.impossible(image, asLastResort).keySet());
      if (possible.isEmpty() || possible.size() == image.manifest().image().size()) {
        return Optional.empty();
      }
      try {
        return Optional.of(plan(image.withImage(possible), failed, kept, true));
      } catch (NoPlanException together) { // each alone, but not all of them
        return Optional.empty();
      }
    }
  }
}

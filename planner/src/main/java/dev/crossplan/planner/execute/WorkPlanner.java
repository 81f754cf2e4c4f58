package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.alternative.Attempt;
import dev.crossplan.planner.alternative.Experience;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanDerivations;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
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

  /**
   * What of the last plan is done: steps whose outputs are in the store, and what these were made
   * of, as it need not be made again.
   */
  ImmutableSet<Attempt> done(List<PlannedStep> last) throws InterruptedException {
    ImmutableSet.Builder<StorePath> outputs = ImmutableSet.builder();
    last.forEach(step -> outputs.addAll(step.outputs()));
    ImmutableSet<StorePath> missing = store.missing(outputs.build());
    Set<Integer> done = new HashSet<>();
    for (int step = last.size() - 1; step >= 0; step--) { // users come after what they use
      if (last.get(step).outputs().stream().noneMatch(missing::contains)) {
        done.add(step);
      }
      if (done.contains(step)) {
        last.get(step).inputs().forEach(done::add);
      }
    }
    return done.stream()
        .sorted()
        .map(step -> last.get(step).attempt())
        .collect(ImmutableSet.toImmutableSet());
  }

  /**
   * Plans.
   *
   * @param failed what is not to be tried
   * @throws NoPlanException if there is no way to build the image
   * @throws InputException if what a step gives is not known before it is built
   */
  Work plan(Prepared image, ImmutableMap<Attempt, String> failed, Kept kept)
      throws InterruptedException {
    Set<Attempt> built = new LinkedHashSet<>(kept.built());
    while (true) {
      Plan plan = planner.plan(image, experience(failed, built, kept));
      PlanDerivations derivations = planner.derivations(image, plan);
      ImmutableSet.Builder<StorePath> outputs = ImmutableSet.builder();
      for (Step step : plan.steps()) {
        checkOutputsAreKnown(image, derivations, step);
        outputs.addAll(derivations.outputs(step.id()).values());
      }
      Work work = Work.of(image, derivations, store.missing(outputs.build()), kept.running());
      // With other inputs than before it is another derivation, which is not built.
      Set<Attempt> others = new HashSet<>(built);
      others.removeAll(upToDate(work));
      others.retainAll(plan.steps().stream().map(Work::attempt).toList());
      if (!built.removeAll(others)) {
        return work;
      }
    }
  }

  private static Experience experience(
      ImmutableMap<Attempt, String> failed, Set<Attempt> built, Kept kept) {
    return new Experience(failed, ImmutableSet.copyOf(built), kept.beingBuilt());
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

  private static Set<Attempt> upToDate(Work work) {
    Set<Attempt> found = new HashSet<>(work.built());
    Deque<Step> open = new ArrayDeque<>();
    for (Step step : work.steps()) {
      if (work.driver().state(step.id()) == Driver.State.PRESENT) {
        open.push(step);
      }
    }
    Set<Integer> seen = new HashSet<>();
    while (!open.isEmpty()) { // what is present was made of these, be they still there or not
      Step step = open.pop();
      found.add(Work.attempt(step));
      for (int input : step.inputs().asList()) {
        if (seen.add(input)) {
          open.push(work.steps().get(input));
        }
      }
    }
    return found;
  }

  /**
   * Plans as much of an image as can be had.
   *
   * @see #plan
   */
  Prospect prospect(Prepared image, ImmutableMap<Attempt, String> failed, Kept kept)
      throws InterruptedException {
    try {
      return Prospect.of(plan(image, failed, kept));
    } catch (NoPlanException all) {
      ImmutableList<String> attributes = image.manifest().image();
      ImmutableList<String> possible =
          planner.possible(image, experience(failed, kept.built(), kept));
      if (!possible.isEmpty() && possible.size() < attributes.size()) {
        try {
          return Prospect.without(
              attributes.stream()
                  .filter(attribute -> !possible.contains(attribute))
                  .collect(ImmutableList.toImmutableList()),
              all,
              failed.values(),
              Optional.of(plan(image.withImage(possible), failed, kept)));
        } catch (NoPlanException together) {
          // each alone, but not all of them
        }
      }
      return Prospect.without(attributes, all, failed.values(), Optional.empty());
    }
  }
}

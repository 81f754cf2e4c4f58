package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
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
   * @param built what is in the store or soon will be, if inputs are chosen as before
   * @param running derivations, as Nix builds them, that were started already
   * @throws NoPlanException if there is no way to build the image
   */
  Work plan(
      Prepared image,
      ImmutableMap<Attempt, String> failed,
      Set<Attempt> built,
      Set<StorePath> running)
      throws InterruptedException {
    Set<Attempt> kept = new LinkedHashSet<>(built);
    while (true) {
      Plan plan = planner.plan(image, new Experience(failed, ImmutableSet.copyOf(kept)));
      PlanDerivations derivations = planner.derivations(image, plan);
      ImmutableSet.Builder<StorePath> outputs = ImmutableSet.builder();
      plan.steps().forEach(step -> outputs.addAll(derivations.outputs(step.id()).values()));
      Work work = Work.of(image, derivations, store.missing(outputs.build()), running);
      // With other inputs than before it is another derivation, which is not built.
      Set<Attempt> others = new HashSet<>(kept);
      others.removeAll(upToDate(work));
      others.retainAll(plan.steps().stream().map(Work::attempt).toList());
      if (!kept.removeAll(others)) {
        return work;
      }
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
  Prospect prospect(
      Prepared image,
      ImmutableMap<Attempt, String> failed,
      Set<Attempt> built,
      Set<StorePath> running)
      throws InterruptedException {
    try {
      return new Prospect(
          Optional.of(plan(image, failed, built, running)), ImmutableList.of(), Optional.empty());
    } catch (NoPlanException all) {
      ImmutableList<String> attributes = image.manifest().image();
      Experience experience = new Experience(failed, ImmutableSet.copyOf(built));
      ImmutableList<String> possible =
          attributes.stream()
              .filter(attribute -> isPossible(image, attribute, experience))
              .collect(ImmutableList.toImmutableList());
      if (!possible.isEmpty() && possible.size() < attributes.size()) {
        try {
          return new Prospect(
              Optional.of(plan(image.withImage(possible), failed, built, running)),
              attributes.stream()
                  .filter(attribute -> !possible.contains(attribute))
                  .collect(ImmutableList.toImmutableList()),
              Optional.of(all));
        } catch (NoPlanException together) {
          // each alone, but not all of them
        }
      }
      return new Prospect(Optional.empty(), attributes, Optional.of(all));
    }
  }

  private boolean isPossible(Prepared image, String attribute, Experience experience) {
    try {
      planner.plan(image.withImage(ImmutableList.of(attribute)), experience);
      return true;
    } catch (NoPlanException e) {
      return false;
    }
  }
}

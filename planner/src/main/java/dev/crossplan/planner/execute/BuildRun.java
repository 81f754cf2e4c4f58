package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.alternative.Attempt;
import dev.crossplan.planner.alternative.Making.Action;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.execute.BuildReport.Cause;
import dev.crossplan.planner.execute.Driver.State;
import dev.crossplan.planner.instance.Manifest.Target;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Does the steps of a plan until nothing is left to do. When one fails, it is planned again, with
 * what is built or being built kept; meanwhile what is running goes on, and nothing new is started.
 * When that loses some of the image, all that does not depend on what failed is finished first.
 */
final class BuildRun {
  /** How often it is looked what Nix has written. */
  private static final int POLL_MILLIS = 100;

  private final WorkPlanner planner;
  private final Instantiation instantiation;
  private final StepRunner runner;
  private final Ledger ledger;
  private final BuildListener listener;
  private final Inspections inspections;
  private final Inbox inbox;

  private final Map<Attempt, String> failed;
  private final List<Step> toReplace = new ArrayList<>();
  private final List<Cause> causes = new ArrayList<>();
  private Work work;
  private boolean replanning;

  /** Some of the image cannot be had any more; what else was planned is finished. */
  private boolean finishing;

  /** What of the image is planned again after that; empty if nothing can be had. */
  private Optional<Prepared> remainder = Optional.empty();

  /**
   * @param failed what is not tried again, from earlier runs
   * @param prospect that has work
   */
  BuildRun(
      WorkPlanner planner,
      Instantiation instantiation,
      StepRunner runner,
      Ledger ledger,
      BuildListener listener,
      Inspections inspections,
      Inbox inbox,
      Map<Attempt, String> failed,
      Prospect prospect) {
    this.planner = planner;
    this.instantiation = instantiation;
    this.runner = runner;
    this.ledger = ledger;
    this.listener = listener;
    this.inspections = inspections;
    this.inbox = inbox;
    this.failed = new LinkedHashMap<>(failed);
    this.work = prospect.work().orElseThrow();
    this.causes.addAll(prospect.causes());
  }

  Work work() {
    return work;
  }

  ImmutableList<Cause> causes() {
    return ImmutableList.copyOf(causes);
  }

  /**
   * Runs until nothing is left to do.
   *
   * @throws BuildException if Nix fails; what is running has been ended then
   */
  void run() throws IOException, InterruptedException {
    try {
      begin(work);
      while (!inbox.isInterrupted()) {
        if (isOver()) {
          if (remainder.isEmpty()) {
            break;
          }
          planAgain(remainder.get());
        }
        if (!replanning) {
          startSteps();
        }
        inbox.next(POLL_MILLIS);
        runner.read();
      }
    } finally {
      runner.end();
    }
  }

  private boolean isOver() {
    return !replanning && inspections.isIdle() && runner.isIdle() && work.driver().isOver();
  }

  private void startSteps() throws IOException {
    for (int id : work.driver().startable()) {
      work.driver().start(id);
      runner.start(work.steps().get(id), work.derivations(), this::ended);
    }
  }

  private void begin(Work next) throws IOException, InterruptedException {
    instantiation.of(next);
    work = next;
    ImmutableSet<StorePath> running = runner.running();
    Set<StorePath> planned = new LinkedHashSet<>();
    for (Step step : next.steps()) {
      StorePath derivation = next.derivations().path(step.id());
      planned.add(derivation);
      if (next.driver().state(step.id()) == State.RUNNING && !running.contains(derivation)) {
        next.driver().finish(step.id()); // while it was planned
      }
    }
    for (RunningStep other : runner.runningSteps()) {
      if (!planned.contains(other.derivation())) {
        next.driver().occupy(other.step());
      }
    }
    listener.on(planned(next));
    inspectPresent();
  }

  static BuildEvent.Planned planned(Work work) {
    return new BuildEvent.Planned(
        work.derivations().plan(),
        work.steps().stream()
            .filter(step -> work.driver().state(step.id()).isDone())
            .collect(ImmutableList.toImmutableList()),
        work.driver().todo().stream()
            .map(work.steps()::get)
            .collect(ImmutableList.toImmutableList()));
  }

  // Steps that end

  private void ended(RunningStep step) throws IOException {
    NixEnding ending = step.ending();
    if (ending instanceof NixEnding.Made) {
      inspect(step);
    } else if (ending instanceof NixEnding.BuildFailed failure) {
      fail(step, failure.why(), failure.lasting(), step.lastLines());
    } else if (ending instanceof NixEnding.NixFailed failure) {
      throw failure.reason();
    } else {
      inbox.interrupt();
    }
  }

  private void inspect(RunningStep step) throws IOException {
    if (!isForTarget(step.step())) {
      made(step);
      return;
    }
    inspections.ofMade(
        step.derivation(),
        step.outputs(),
        target(),
        faults -> {
          if (faults.isEmpty()) {
            made(step);
          } else {
            fail(step, built(faults), true, lines(faults));
          }
        });
  }

  private void inspectPresent() {
    for (Step step : work.steps()) {
      if (work.driver().state(step.id()) == State.PRESENT && isForTarget(step)) {
        StorePath derivation = work.derivations().path(step.id());
        inspections.ofPresent(
            derivation,
            ImmutableList.copyOf(work.derivations().outputs(step.id()).values()),
            target(),
            faults -> {
              if (!faults.isEmpty()) {
                reject(step, derivation, faults);
              }
            });
      }
    }
  }

  private boolean isForTarget(Step step) {
    return step.action() == Action.BUILD && step.host().equals(Optional.of(target().system()));
  }

  private Target target() {
    return work.image().manifest().target();
  }

  /** Each fault is followed by its remedy. */
  private static ImmutableList<String> lines(ImmutableList<String> faults) {
    return faults.stream().flatMap(String::lines).collect(ImmutableList.toImmutableList());
  }

  private static String built(ImmutableList<String> faults) {
    String more = faults.size() == 1 ? "" : " (and " + (faults.size() - 1) + " more)";
    return "built, but " + faults.get(0).lines().findFirst().orElseThrow() + more;
  }

  /** The running step of the plan of now; what is running may be of an earlier one. */
  private Optional<Integer> idOf(StorePath derivation) {
    return work.firstOf(derivation)
        .map(Step::id)
        .filter(id -> work.driver().state(id) == State.RUNNING);
  }

  private void made(RunningStep step) throws IOException {
    runner.forget(step);
    ledger.made(step);
    idOf(step.derivation())
        .ifPresentOrElse(id -> work.driver().finish(id), () -> work.driver().release(step.step()));
    listener.on(
        new BuildEvent.Finished(step.step(), ledger.now(), step.seconds(), step.wasBuilt()));
  }

  private void fail(RunningStep step, String why, boolean lasting, ImmutableList<String> lastLines)
      throws IOException {
    runner.forget(step);
    Step of = step.step();
    String reason = ledger.failed(step, why, lasting);
    failed.put(Work.attempt(of), reason);
    work.stepsOf(step.derivation()).forEach(same -> failed.put(Work.attempt(same), reason));
    Optional<Integer> id = idOf(step.derivation());
    id.ifPresentOrElse(work.driver()::fail, () -> work.driver().release(of));
    listener.on(
        new BuildEvent.Failed(of, ledger.now(), step.seconds(), why, lastLines, step.log()));
    if (id.isPresent()) {
      replace(of);
    }
  }

  /** What was there has a fault. */
  private void reject(Step step, StorePath derivation, ImmutableList<String> faults) {
    failed.put(Work.attempt(step), ledger.rejected(step, derivation, built(faults)));
    listener.on(
        new BuildEvent.Failed(
            step, ledger.now(), 0, built(faults), lines(faults), ledger.folder()));
    work.firstOf(derivation)
        .filter(now -> work.driver().state(now.id()).isDone())
        .ifPresent(
            now -> {
              work.driver().reject(now.id());
              replace(now);
            });
  }

  private void replace(Step step) {
    if (finishing && remainder.isEmpty()) {
      giveUp(List.of(step), Set.of());
      return;
    }
    toReplace.add(step);
    if (!finishing && !replanning) {
      planAgain(work.image());
    }
  }

  // Planning again

  private void planAgain(Prepared image) {
    replanning = true;
    ImmutableMap<Attempt, String> known = ImmutableMap.copyOf(failed);
    Kept kept = new Kept(work.built(), work.running(), runner.running());
    ImmutableList<Step> replaced = ImmutableList.copyOf(toReplace);
    toReplace.clear();
    inbox.later(
        () -> planner.prospect(image, known, kept),
        prospect -> adopt(image, replaced, known.keySet(), prospect));
  }

  private void adopt(
      Prepared image, ImmutableList<Step> replaced, Set<Attempt> known, Prospect prospect)
      throws IOException, InterruptedException {
    replanning = false;
    if (!failed.keySet().equals(known)) { // what failed meanwhile may be in this plan
      toReplace.addAll(0, replaced);
      planAgain(image);
      return;
    }
    ImmutableList.Builder<Step> lost = ImmutableList.builder();
    boolean allIsHad = prospect.lost().isEmpty();
    for (Step step : replaced) {
      Optional<String> instead =
          prospect
              .work()
              .flatMap(next -> instead(step, next))
              .or(() -> allIsHad ? Optional.of("otherwise") : Optional.empty());
      listener.on(new BuildEvent.Replanned(step, instead));
      if (instead.isEmpty()) {
        lost.add(step);
      }
    }
    giveUp(lost.build(), prospect.work().map(Work::provided).orElse(ImmutableSet.of()));
    if (allIsHad) {
      finishing = false;
      remainder = Optional.empty();
      begin(prospect.work().orElseThrow());
    } else {
      causes.add(prospect.cause(lost.build().stream().findFirst()));
      finishing = true;
      remainder = prospect.work().map(Work::image);
    }
  }

  /** How the package of a step that failed is made now. */
  private static Optional<String> instead(Step failed, Work next) {
    return next.steps().stream()
        .filter(step -> step.provides().contains(failed.derivation()))
        .findFirst()
        .map(Step::word);
  }

  /**
   * Gives up what depends on steps that failed.
   *
   * @param stillPlanned evaluated derivations that something else makes now
   */
  private void giveUp(List<Step> because, Set<StorePath> stillPlanned) {
    for (Step failedStep : because) {
      for (Step step : work.steps()) {
        if (step.derivation().equals(failedStep.derivation())) {
          for (int user : work.driver().giveUpUsers(step.id())) {
            Step given = work.steps().get(user);
            if (!stillPlanned.contains(given.derivation())) {
              ledger.givenUp(given, work.derivations().path(user));
              listener.on(new BuildEvent.GivenUp(given, failedStep));
            }
          }
        }
      }
    }
  }
}

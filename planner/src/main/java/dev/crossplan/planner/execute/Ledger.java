package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.execute.BuildReport.Outcome;
import dev.crossplan.planner.execute.BuildReport.StepReport;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Failures;
import dev.crossplan.planner.history.History;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.history.RecordedAttempt;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.FileSizes;
import dev.crossplan.planner.plan.Step;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Notes what became of the steps of a run: for its report, and in the history. */
final class Ledger {
  private final History history;
  private final Path folder;
  private final Path manifest;
  private final Clock clock;
  private final ImmutableMap<String, Machine> machines;
  private final Map<StorePath, StepReport> ended = new LinkedHashMap<>();

  /**
   * @param folder of the run
   * @param clock of whose zone days are told
   * @param machines by name of each builder that is another machine
   */
  Ledger(
      History history,
      Path folder,
      Path manifest,
      Clock clock,
      ImmutableMap<String, Machine> machines) {
    this.history = history;
    this.folder = folder;
    this.manifest = manifest;
    this.clock = clock;
    this.machines = machines;
  }

  /** The outputs of a step are there. What somebody else built is no experience of ours. */
  void made(RunningStep step) {
    if (step.wasBuilt()) {
      FileSizes.of(step.outputs().stream().map(StorePath::toString).toList())
          .ifPresent(bytes -> history.noteOutputBytes(step.step().packageName(), bytes));
      Timing timing =
          timing(
              step.step(),
              step.started(),
              step.secondsWithoutCopying(),
              step.observation().ended());
      remember(
          step.step(), step.derivation(), timing, Optional.empty(), true, Optional.of(step.log()));
    }
    note(step, step.wasBuilt() ? Outcome.MADE : Outcome.PRESENT, Optional.empty());
  }

  /**
   * A step failed.
   *
   * @param alike all that were to be made by it, mostly this one only; of different ways
   * @param lasting whether it would again
   * @return what is not tried again for it
   */
  Failures failed(RunningStep step, List<Step> alike, String why, boolean lasting) {
    note(step, Outcome.FAILED, Optional.of(why));
    return failed(
        alike,
        step.derivation(),
        step.started(),
        step.seconds(),
        why,
        lasting,
        Optional.of(step.log()));
  }

  /** Only one of them took its time. */
  private Failures failed(
      List<Step> alike,
      StorePath derivation,
      Instant started,
      double seconds,
      String why,
      boolean lasting,
      Optional<Path> log) {
    double left = seconds;
    for (Step each : alike) {
      Timing timing = timing(each, started, left, Circumstances.UNKNOWN);
      remember(each, derivation, timing, Optional.of(why), lasting, log);
      left = 0;
    }
    return failures(alike, derivation, started, why);
  }

  private Failures failures(List<Step> alike, StorePath derivation, Instant started, String why) {
    ImmutableMap.Builder<Attempt, String> ways = ImmutableMap.builder();
    ImmutableMap.Builder<StorePath, String> derivations = ImmutableMap.builder();
    for (Step each : alike) {
      String reason =
          History.reason(each.strategy(), each.toolSet(), started.atZone(clock.getZone()), why);
      ways.put(each.attempt(), reason);
      if (each.action() != Action.SUBSTITUTE) { // it was asked of caches only
        derivations.put(derivation, reason);
      }
    }
    return new Failures(ways.buildKeepingLast(), derivations.buildKeepingLast());
  }

  /** Steps that failed in earlier runs, and what is given up for them. */
  void lost(Work work) {
    for (Step step : work.steps()) {
      StorePath derivation = work.derivations().path(step.id());
      Driver.State state = work.driver().state(step.id());
      if (state == Driver.State.FAILED) {
        ended.putIfAbsent(
            derivation,
            new StepReport(
                step,
                derivation,
                Outcome.FAILED,
                Optional.empty(),
                0,
                Optional.ofNullable(work.failed().get(step.attempt())),
                Optional.empty()));
      } else if (state == Driver.State.GIVEN_UP) {
        givenUp(step, derivation);
      }
    }
  }

  /** A step depends on one that failed. */
  void givenUp(Step step, StorePath derivation) {
    ended.put(derivation, unstarted(step, derivation, Outcome.GIVEN_UP));
  }

  Instant now() {
    return clock.instant();
  }

  /**
   * Outputs that were there have a fault.
   *
   * @param alike all that are made by it, at least one
   * @param log with all faults
   * @return what is not used for it
   */
  Failures rejected(List<Step> alike, StorePath derivation, String why, Path log) {
    note(alike, derivation, why, Optional.of(log));
    return failed(alike, derivation, clock.instant(), 0, why, true, Optional.of(log));
  }

  /** The same in a dry run, of which nothing is remembered. */
  Failures foreseen(List<Step> alike, StorePath derivation, String why) {
    note(alike, derivation, why, Optional.empty());
    return failures(alike, derivation, clock.instant(), why);
  }

  private void note(List<Step> alike, StorePath derivation, String why, Optional<Path> log) {
    ended.put(
        derivation,
        new StepReport(
            alike.get(0), derivation, Outcome.FAILED, Optional.empty(), 0, Optional.of(why), log));
  }

  /** Whether crossplan has built it, here or earlier; then it has looked at the outputs as well. */
  boolean hasBuilt(StorePath derivation) {
    return history.hasBuilt(derivation);
  }

  private Timing timing(Step step, Instant started, double seconds, Circumstances circumstances) {
    return new Timing(
        step.packageName(),
        step.version(),
        step.host(),
        step.strategy(),
        step.builder()
            .flatMap(name -> Optional.ofNullable(machines.get(name)))
            .orElseGet(Machine::here)
            .name(),
        started,
        seconds,
        step.toolSet() == Tools.AS_EVALUATED
            ? circumstances
            : circumstances.withTraits(step.toolSet().and(circumstances.traits())));
  }

  private void remember(
      Step step,
      StorePath derivation,
      Timing timing,
      Optional<String> why,
      boolean lasting,
      Optional<Path> log) {
    history.add(
        new RecordedAttempt(
            step.attempt(),
            derivation,
            timing,
            step.builder(),
            why,
            lasting,
            folder.toString(),
            log,
            manifest.toString()));
  }

  private void note(RunningStep ran, Outcome outcome, Optional<String> why) {
    ended.put(
        ran.derivation(),
        new StepReport(
            ran.step(),
            ran.derivation(),
            outcome,
            Optional.of(ran.started()),
            ran.seconds(),
            why,
            Optional.of(ran.log())));
  }

  /** What became of the steps of the last plan, and of those that failed before. */
  ImmutableList<StepReport> reports(Work work) {
    ImmutableList.Builder<StepReport> reports = ImmutableList.builder();
    Map<StorePath, StepReport> others = new LinkedHashMap<>(ended);
    for (Step step : work.steps()) {
      StorePath derivation = work.derivations().path(step.id());
      StepReport known = others.remove(derivation);
      reports.add(
          known == null
              ? unstarted(step, derivation, outcome(work.driver().state(step.id())))
              : known);
    }
    return reports.addAll(others.values()).build();
  }

  private static StepReport unstarted(Step step, StorePath derivation, Outcome outcome) {
    return new StepReport(
        step, derivation, outcome, Optional.empty(), 0, Optional.empty(), Optional.empty());
  }

  private static Outcome outcome(Driver.State state) {
    return switch (state) {
      case PRESENT, FINISHED -> Outcome.PRESENT;
      case NOT_NEEDED -> Outcome.NOT_NEEDED;
      case BLOCKED, READY, RUNNING -> Outcome.OPEN;
      case FAILED -> Outcome.FAILED;
      case GIVEN_UP -> Outcome.GIVEN_UP;
    };
  }

  /** By attribute, the outputs that are there. */
  static ImmutableMap<String, ImmutableSortedMap<String, StorePath>> image(Work work) {
    ImmutableMap.Builder<String, ImmutableSortedMap<String, StorePath>> image =
        ImmutableMap.builder();
    work.derivations()
        .plan()
        .image()
        .forEach(
            (attribute, step) -> {
              if (work.driver().state(step).isDone()) {
                image.put(attribute, work.presentOutputs(step));
              }
            });
    return image.buildOrThrow();
  }
}

package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Multimaps;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.execute.BuildReport.Cause;
import dev.crossplan.planner.execute.Driver.State;
import dev.crossplan.planner.history.Failures;
import dev.crossplan.planner.instance.Manifest.Target;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a run would do, as far as that can be known before anything is built: it looks at what is
 * there as a run does, and plans again for what is wrong. Nothing of it is remembered.
 */
final class DryRun {
  private final Prepared image;
  private final WorkPlanner planner;
  private final Ledger ledger;
  private final OutputCheck check;
  private final BuildListener listener;
  private final Path folder;

  /** Outputs of these are known to be right, or are refused. */
  private final Set<StorePath> inspected = new HashSet<>();

  private Failures failed;
  private Prospect prospect;
  private ImmutableList<Cause> causes;

  /**
   * @param failed what is not tried again, from earlier runs
   * @param prospect of a run
   * @param folder of the state of all builds
   */
  DryRun(
      Prepared image,
      WorkPlanner planner,
      Ledger ledger,
      OutputCheck check,
      BuildListener listener,
      Path folder,
      Failures failed,
      Prospect prospect) {
    this.image = image;
    this.planner = planner;
    this.ledger = ledger;
    this.check = check;
    this.listener = listener;
    this.folder = folder;
    this.failed = failed;
    this.prospect = prospect;
    this.causes = prospect.causes(ImmutableList.of());
  }

  /** Tells the listener all but the end. */
  BuildReport report() throws InterruptedException {
    ImmutableList<String> faults = ImmutableList.of();
    Optional<Work> work = prospect.next();
    while (work.isPresent()) {
      ledger.lost(work.get());
      listener.on(BuildRun.planned(work.get()));
      ImmutableListMultimap<StorePath, String> wrong = faultsOfPresent(work.get());
      if (wrong.isEmpty()) {
        ImmutableListMultimap<Path, String> found =
            check.faultsOfClosure(work.get().meantOutputs(), target());
        faults = ImmutableList.copyOf(found.values());
        wrong = notKnown(work.get().faultsOfSteps(found));
      }
      if (wrong.isEmpty()) {
        break;
      }
      faults = ImmutableList.of(); // of what is made otherwise nobody knows yet
      work = planAgain(work.get(), wrong);
    }
    return new BuildReport(
        work.map(ledger::reports).orElse(ImmutableList.of()),
        causes,
        faults,
        work.map(Ledger::image).orElse(ImmutableMap.of()),
        ImmutableList.of(),
        ImmutableList.of(),
        false,
        Optional.empty(),
        0,
        folder);
  }

  private ImmutableListMultimap<StorePath, String> notKnown(
      ImmutableListMultimap<StorePath, String> faults) {
    return ImmutableListMultimap.copyOf(
        Multimaps.filterKeys(faults, derivation -> !failed.derivations().containsKey(derivation)));
  }

  private Target target() {
    return image.manifest().target();
  }

  /** By derivation as Nix builds it, what is wrong with outputs that nobody has looked at yet. */
  private ImmutableListMultimap<StorePath, String> faultsOfPresent(Work work)
      throws InterruptedException {
    ImmutableListMultimap.Builder<StorePath, String> faults = ImmutableListMultimap.builder();
    for (Step step : work.steps()) {
      StorePath derivation = work.derivations().path(step.id());
      if (work.driver().state(step.id()) == State.PRESENT
          && work.isForTarget(step)
          && inspected.add(derivation)
          && !ledger.hasBuilt(derivation)) {
        faults.putAll(
            derivation,
            check.faults(work.presentOutputs(step.id()).values(), work.blameless(step), target()));
      }
    }
    return faults.build();
  }

  private Optional<Work> planAgain(Work work, ImmutableListMultimap<StorePath, String> wrong)
      throws InterruptedException {
    List<Step> rejected = new ArrayList<>();
    for (StorePath derivation : wrong.keySet()) {
      ImmutableList<String> faults = wrong.get(derivation);
      ImmutableList<Step> alike = work.stepsOf(derivation);
      String why = OutputCheck.inShort(faults);
      failed = failed.and(ledger.foreseen(alike, derivation, why));
      listener.on(
          new BuildEvent.Failed(
              alike.get(0), ledger.now(), 0, why, OutputCheck.lines(faults), Optional.empty()));
      rejected.add(alike.get(0));
    }
    prospect =
        planner.prospectWithRest(
            image, Availability.of(image.builders()), failed, work.kept(ImmutableMap.of()));
    causes = prospect.causes(prospect.tellReplaced(rejected, listener));
    return prospect.next();
  }
}

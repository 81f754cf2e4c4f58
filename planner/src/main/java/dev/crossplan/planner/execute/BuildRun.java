package dev.crossplan.planner.execute;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Multiset;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.execute.BuildReport.Cause;
import dev.crossplan.planner.execute.BuilderHealth.Loss;
import dev.crossplan.planner.execute.Driver.State;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.history.Failures;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Manifest.Target;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import dev.crossplan.planner.remote.ProbeFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Does the steps of a plan until nothing is left to do. When one fails, it is planned again, with
 * what is built or being built kept; meanwhile what is running goes on, and nothing new is started.
 * When that loses some of the image, all that does not depend on what failed is finished first.
 * Then it is looked once more what would be done had nothing failed, lest something of that is
 * left.
 */
final class BuildRun implements BuilderHealth.Listener {
  /** How often it is looked what Nix has written. */
  private static final int POLL_MILLIS = 100;

  /** After a Ctrl-C that Nix got first, crossplan has got it long before. */
  private static final int CTRL_C_MILLIS = 2000;

  /**
   * What was interrupted so often may be what its machines were lost with. A long build is under
   * way whenever a machine is lost, so a few times say nothing; Hydra tries as often.
   */
  private static final int MOST_INTERRUPTIONS = 5;

  /** When nothing was gained by it, it is looked half as often whether another plan is better. */
  private static final Duration FIRST_BALANCE = Duration.ofSeconds(30);

  /** Of the time that is left: what is less better than this is not worth another plan. */
  private static final double WORTH_CHANGING = 0.97;

  private final Prepared image;
  private final WorkPlanner planner;
  private final Instantiation instantiation;
  private final StepRunner runner;
  private final Ledger ledger;
  private final BuildListener listener;
  private final Inspections inspections;
  private final Inbox inbox;
  private final RunFolder folder;
  private final BuilderHealth health;
  private final PeerCopies peers;

  private final List<Step> toReplace = new ArrayList<>();
  private final List<Cause> causes = new ArrayList<>();
  private final Set<StorePath> givenUp = new HashSet<>();

  /** Derivations, as Nix builds them, that were made in this run. */
  private final Set<StorePath> made = new HashSet<>();

  /** By derivation as Nix builds it, how often it ended as its machine was lost. */
  private final Multiset<StorePath> interruptions = HashMultiset.create();

  /** Since when something waits for builders to come back. */
  private OptionalLong waitingSince = OptionalLong.empty();

  /** Whether it was planned since then how to do without them. */
  private boolean hasPlannedWithout;

  /** Whether something is made otherwise than it would be if all builders were there. */
  private boolean isWithoutSome;

  /** Whether builders were lost or came back since it was planned for them. */
  private boolean buildersChanged;

  /** For which builders it was planned last; empty if not for those alone that are there. */
  private Optional<Availability> plannedFor = Optional.empty();

  private long balanced = System.nanoTime();
  private Duration balancePause = FIRST_BALANCE;
  private Failures failed;
  private Work work;
  private boolean replanning;

  /** Nix or the machine has failed: what runs is finished, and nothing else is begun. */
  private Optional<RuntimeException> failure = Optional.empty();

  /** Some of the image cannot be had any more; what else was planned is finished. */
  private boolean finishing;

  /** What of the image is planned again after that; empty if nothing can be had. */
  private Optional<Prepared> remainder = Optional.empty();

  /** What had failed when it was last asked what is left to do for what is lost. */
  private Optional<ImmutableSet<Attempt>> asked = Optional.empty();

  /** What was begun, in earlier runs too, also of what is lost: for the next run. */
  private ImmutableList<PlannedStep> begun;

  /** Of which it was asked, after all was done, whether all that they refer to is right. */
  private Optional<ImmutableList<StorePath>> checked = Optional.empty();

  private ImmutableList<String> faults = ImmutableList.of();

  /**
   * What a run works with.
   *
   * @param folder for logs
   * @param health of the builders
   */
  record Means(
      WorkPlanner planner,
      Instantiation instantiation,
      StepRunner runner,
      Ledger ledger,
      BuildListener listener,
      Inspections inspections,
      Inbox inbox,
      RunFolder folder,
      BuilderHealth health,
      PeerCopies peers) {}

  /**
   * @param image all of it
   * @param last steps of the plan that was begun before
   * @param failed what is not tried again, from earlier runs
   * @param prospect that has something to do
   */
  BuildRun(
      Prepared image,
      Means means,
      ImmutableList<PlannedStep> last,
      Failures failed,
      Prospect prospect) {
    this.begun = last;
    this.image = image;
    this.planner = means.planner();
    this.instantiation = means.instantiation();
    this.runner = means.runner();
    this.ledger = means.ledger();
    this.listener = means.listener();
    this.inspections = means.inspections();
    this.inbox = means.inbox();
    this.folder = means.folder();
    this.health = means.health();
    this.peers = means.peers();
    this.failed = failed;
    this.work = prospect.next().orElseThrow();
    this.causes.addAll(prospect.causes(ImmutableList.of()));
    if (!causes.isEmpty()) {
      asked = Optional.of(failed.ways().keySet());
    }
    if (prospect.rest().isPresent()) {
      finishing = true;
      remainder = prospect.work().map(Work::image);
    }
  }

  Work work() {
    return work;
  }

  ImmutableList<Cause> causes() {
    return ImmutableList.copyOf(causes);
  }

  /** What is wrong with what is there of the image, or with what that refers to. */
  ImmutableList<String> faults() {
    return faults;
  }

  /** What Nix or the machine failed at: the run ended before its end. */
  Optional<RuntimeException> failure() {
    return failure;
  }

  /**
   * Runs until nothing is left to do, or nothing can be done any more.
   *
   * @throws BuildException if it has to end at once; what was running has been ended then
   */
  void run() throws IOException, InterruptedException {
    try {
      begin(work);
      for (Loss loss : health.losses()) {
        listener.on(BuildEvent.BuilderLost.of(loss, ledger.now()));
      }
      isWithoutSome = !health.losses().isEmpty();
      health.tell(this);
      while (!inbox.isInterrupted()) {
        if (isOver()) {
          if (failure.isPresent() || !goOn()) {
            break;
          }
        }
        if (!replanning && failure.isEmpty()) {
          startSteps();
          planForBuilders();
          balance();
        }
        inbox.next(POLL_MILLIS);
        runner.read();
        health.look();
        awaitBuilders();
      }
    } finally {
      runner.end();
    }
  }

  private boolean isOver() {
    boolean nothingToBegin =
        failure.isPresent() || (!replanning && work.driver().isOver(health::isHoped));
    return nothingToBegin && inspections.isIdle() && runner.isIdle();
  }

  /** Whether there is something left to find out, which is begun then. */
  private boolean goOn() {
    Optional<ImmutableSet<Attempt>> known = Optional.of(failed.ways().keySet());
    ImmutableList<StorePath> had = work.meantOutputs();
    if (!causes.isEmpty() && !asked.equals(known)) {
      asked = known;
      planRest();
    } else if (remainder.isPresent()) {
      planAgain(remainder.get());
    } else if (!checked.equals(Optional.of(had))) {
      checked = Optional.of(had);
      inspections.ofClosure(had, target(), this::inspected, this::stop);
    } else {
      return false;
    }
    return true;
  }

  /** What is wrong with a step of the plan has it made otherwise; the rest is told. */
  private void inspected(ImmutableListMultimap<Path, String> found) throws IOException {
    faults = ImmutableList.copyOf(found.values());
    for (var ofStep : work.faultsOfSteps(found).asMap().entrySet()) {
      reject(ofStep.getKey(), ImmutableList.copyOf(ofStep.getValue()));
    }
  }

  private void startSteps() throws IOException {
    for (int id :
        work.driver()
            .startable(
                step -> inspections.isOpen(work.derivations().path(step)), health::isThere)) {
      work.driver().start(id);
      Step step = work.steps().get(id);
      runner.start(
          step,
          work.derivations().path(id),
          work.derivations().derivation(id),
          work.toMake(step),
          work.derivations().builtWith(id),
          this::ended);
    }
  }

  private void begin(Work next) throws IOException, InterruptedException {
    begun = withLost(next);
    instantiation.of(next, begun);
    work = next;
    ledger.lost(next);
    ImmutableSet<StorePath> running = runner.running().keySet();
    Set<StorePath> planned = new LinkedHashSet<>();
    for (Step step : next.steps()) {
      StorePath derivation = next.derivations().path(step.id());
      planned.add(derivation);
      if (next.driver().state(step.id()) == State.RUNNING && !running.contains(derivation)) {
        // A download may have been for fewer outputs; a build may have been interrupted.
        if (step.action() == Action.SUBSTITUTE || !made.contains(derivation)) {
          next.driver().repeat(step.id());
        } else {
          next.driver().finish(step.id()); // while it was planned
        }
      }
    }
    for (RunningStep other : runner.runningSteps()) {
      if (!planned.contains(other.derivation())) {
        next.driver().occupy(other.step());
      }
    }
    // For the same builders there is no other plan: what needs others waits for them.
    buildersChanged |= needsOthers() && !plannedFor.equals(Optional.of(health.availability()));
    listener.on(planned(next));
    tellGivenUp();
    inspectPresent();
  }

  /** The steps of a plan, and those begun before for what is lost, as far as it has others. */
  private ImmutableList<PlannedStep> withLost(Work next) {
    ImmutableSet<StorePath> provided = next.provided();
    return Stream.concat(
            next.planned().stream(),
            begun.stream()
                .filter(step -> !causes.isEmpty() && isEvaluated(step))
                .filter(step -> Collections.disjoint(step.provides(), provided)))
        .collect(ImmutableList.toImmutableList());
  }

  private boolean isEvaluated(PlannedStep step) {
    return image.packages().graph().find(step.attempt().derivation()).isPresent();
  }

  /** What depends on what failed earlier. */
  private void tellGivenUp() {
    for (Step step : work.steps()) {
      if (work.driver().state(step.id()) == State.GIVEN_UP && givenUp.add(step.derivation())) {
        Step because = work.steps().get(work.driver().because(step.id()));
        listener.on(new BuildEvent.GivenUp(step, because));
      }
    }
  }

  static BuildEvent.Planned planned(Work work) {
    return new BuildEvent.Planned(
        work.derivations().plan(),
        work.steps().stream()
            .filter(step -> work.driver().state(step.id()).isDone())
            .collect(ImmutableList.toImmutableList()),
        work.driver().todo().stream()
            .map(work.steps()::get)
            .collect(ImmutableList.toImmutableList()),
        work.end());
  }

  // Steps that end

  private void ended(RunningStep step) throws IOException {
    NixEnding ending = step.ending();
    if (ending instanceof NixEnding.Made) {
      inspect(step);
    } else if (ending instanceof NixEnding.BuildFailed build) {
      fail(step, build.why(), build.lasting(), step.lastLines());
    } else if (ending instanceof NixEnding.BuilderFailed machine) {
      interrupt(step, machine.reason());
    } else if (ending instanceof NixEnding.NixFailed nix) {
      failNix(step, nix.reason());
    } else {
      awaitCtrlC(step);
    }
  }

  /** Its machine is lost. What machines were lost with too often is taken to be why. */
  private void interrupt(RunningStep step, ProbeFailure reason) throws IOException {
    String builder = step.step().builder().orElseThrow();
    String why = builder + " " + reason.message();
    interruptions.add(step.derivation());
    if (interruptions.count(step.derivation()) >= MOST_INTERRUPTIONS) {
      fail(step, why, false, step.lastLines());
    } else {
      runner.forget(step);
      idOf(step.derivation())
          .ifPresentOrElse(work.driver()::repeat, () -> work.driver().release(step.step()));
      listener.on(new BuildEvent.Interrupted(step.step(), ledger.now(), step.seconds(), why));
    }
    health.failed(builder, reason);
  }

  // Builders that go and come

  /** A builder is of no use now: the others do what it had to do. */
  @Override
  public void lost(Loss loss) {
    listener.on(BuildEvent.BuilderLost.of(loss, ledger.now()));
    if (loss.reason().kind() != ProbeFailure.Kind.UNFIT) { // else what it is at may be done
      runner.lose(loss.builder(), loss.reason());
    }
    if (health.availability().hoped().isEmpty()) {
      stop(
          new BuildException(
              "no builder is left: " + loss.builder().name() + " " + loss.reason().message(),
              loss.reason().remedy()));
    }
    buildersChanged |= needsOthers();
  }

  /** Whether something is to be done by a builder that is not there. */
  private boolean needsOthers() {
    return work.driver().todo().stream()
        .flatMap(step -> work.steps().get(step).builder().stream())
        .anyMatch(builder -> !health.isThere(builder));
  }

  @Override
  public void back(Builder builder) {
    listener.on(new BuildEvent.BuilderBack(builder.name(), ledger.now()));
    buildersChanged = true;
  }

  /**
   * Gives what is left to the builders that are there. As long as they can do the same as was
   * planned, or those that can may come back soon, nothing is made otherwise.
   */
  private void planForBuilders() {
    if (!buildersChanged || !work.hasTodo()) {
      return;
    }
    buildersChanged = false;
    if (finishing || isWithoutSome) {
      planFreely();
    } else {
      planElsewhere(
          other -> {
            if (other.isPresent()) {
              begin(other.get());
            }
          });
    }
  }

  /** Plans the same derivations for the builders that are there. */
  private void planElsewhere(Inbox.Receiver<Optional<Work>> receiver) {
    replanning = true;
    Prepared wanted = work.image();
    Failures known = failed;
    ImmutableList<Builder> there = health.availability().there();
    plannedFor = Optional.of(health.availability());
    Kept kept = work.kept(runner.running());
    inbox.later(
        () -> planner.elsewhere(wanted, there, known, kept),
        other -> {
          replanning = false;
          if (failure.isEmpty() && !toReplace.isEmpty()) { // failed meanwhile
            planFreely();
          } else if (failure.isEmpty()) {
            receiver.take(other);
          }
        },
        this::stop);
  }

  private void planFreely() {
    if (finishing) {
      planRest();
    } else {
      planAgain(work.image());
    }
  }

  /**
   * Nobody waits for machines forever: what only they can do is made otherwise then; if there is no
   * other way, and nothing else to do, that is the end.
   */
  private void awaitBuilders() {
    if (replanning || failure.isPresent()) {
      return;
    }
    if (!work.driver().isAwaiting(health::isThere)) {
      waitingSince = OptionalLong.empty();
    } else if (waitingSince.isEmpty()) {
      waitingSince = OptionalLong.of(System.nanoTime());
      hasPlannedWithout = false;
    } else {
      boolean isLong = System.nanoTime() - waitingSince.getAsLong() > health.patience().toNanos();
      if (!hasPlannedWithout && (isLong || work.driver().isAwaiting(health::isHoped))) {
        hasPlannedWithout = true;
        isWithoutSome = true;
        planFreely();
      } else if (isLong && !health.away().isEmpty() && runner.isIdle() && inspections.isIdle()) {
        stop(
            new BuildException(
                "what is left needs builders that do not answer: "
                    + health.away().stream().map(Builder::name).collect(Collectors.joining(", ")),
                "Maybe bring them back, then run the same again: what is built is kept;"
                    + " --wait-for-builders waits longer."));
      }
    }
  }

  /** A terminal sends Ctrl-C to Nix and crossplan at once; if it did not, somebody ended Nix. */
  private void awaitCtrlC(RunningStep step) {
    inbox.later(
        () -> {
          Thread.sleep(CTRL_C_MILLIS);
          return NixStore.endedBySomebody();
        },
        reason -> failNix(step, reason),
        this::stop);
  }

  private void failNix(RunningStep step, BuildException reason) throws IOException {
    runner.forget(step);
    stop(
        new BuildException(
            step.step().label() + ": " + reason.getMessage() + ", log " + step.log(),
            reason.remedy().orElse(null),
            reason));
  }

  /** The first reason counts, as what fails after it may do so because of it; all are told. */
  private void stop(RuntimeException reason) {
    if (!(reason instanceof BuildException || reason instanceof InputException)) {
      throw reason;
    }
    failure = failure.or(() -> Optional.of(reason));
    listener.on(new BuildEvent.Stopping(String.valueOf(reason.getMessage())));
  }

  private void inspect(RunningStep step) throws IOException {
    if (!work.isForTarget(step.step())) {
      made(step);
      return;
    }
    inspections.ofMade(
        step.derivation(),
        step.outputs(),
        work.blameless(step.step()),
        target(),
        faults -> {
          if (faults.isEmpty()) {
            made(step);
          } else {
            fail(step, OutputCheck.inShort(faults), true, OutputCheck.lines(faults));
          }
        },
        reason -> {
          runner.forget(step);
          stop(reason);
        });
  }

  private void inspectPresent() {
    for (Step step : work.steps()) {
      if (work.driver().state(step.id()) == State.PRESENT && work.isForTarget(step)) {
        StorePath derivation = work.derivations().path(step.id());
        inspections.ofPresent(
            derivation,
            ImmutableList.copyOf(work.presentOutputs(step.id()).values()),
            work.blameless(step),
            target(),
            faults -> {
              if (!faults.isEmpty()) {
                reject(derivation, faults);
              }
            },
            this::stop);
      }
    }
  }

  private Target target() {
    return work.image().manifest().target();
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
    made.add(step.derivation());
    step.step().builder().filter(name -> step.isElsewhere()).ifPresent(health::worked);
    Optional<Integer> id = idOf(step.derivation());
    if (id.isEmpty()) {
      work.driver().release(step.step());
    } else if (step.outputs().containsAll(work.toMake(work.steps().get(id.get())))) {
      work.driver().finish(id.get());
      step.step()
          .builder()
          .filter(builder -> step.isElsewhere())
          .ifPresent(builder -> peers.made(work, id.get(), builder, step.outputs()));
    } else { // it was begun when fewer outputs were used
      work.driver().repeat(id.get());
    }
    listener.on(
        new BuildEvent.Finished(step.step(), ledger.now(), step.seconds(), step.wasBuilt()));
  }

  private void fail(RunningStep step, String why, boolean lasting, ImmutableList<String> lastLines)
      throws IOException {
    runner.forget(step);
    Step of = step.step();
    failed = failed.and(ledger.failed(step, alike(step), why, lasting && failure.isEmpty()));
    Optional<Integer> id = idOf(step.derivation());
    id.ifPresentOrElse(work.driver()::fail, () -> work.driver().release(of));
    listener.on(
        new BuildEvent.Failed(
            of, ledger.now(), step.seconds(), why, lastLines, Optional.of(step.log())));
    if (id.isPresent()) {
      replace(of);
    }
  }

  /** The steps, by the ways that they are, which are made by what a step builds: itself first. */
  private ImmutableList<Step> alike(RunningStep step) {
    Map<Attempt, Step> alike = new LinkedHashMap<>();
    alike.put(step.step().attempt(), step.step());
    work.stepsOf(step.derivation()).forEach(each -> alike.putIfAbsent(each.attempt(), each));
    return ImmutableList.copyOf(alike.values());
  }

  /** What was there has a fault. */
  private void reject(StorePath derivation, ImmutableList<String> wrong) throws IOException {
    ImmutableList<Step> alike = work.stepsOf(derivation);
    if (alike.isEmpty()) {
      return; // it was planned again, without it
    }
    Path log = folder.inspectionLog(derivation.derivationName());
    Files.write(log, String.join("\n", wrong).concat("\n").getBytes(StandardCharsets.UTF_8));
    String why = OutputCheck.inShort(wrong);
    failed = failed.and(ledger.rejected(alike, derivation, why, log));
    Step first = alike.get(0);
    listener.on(
        new BuildEvent.Failed(
            first, ledger.now(), 0, why, OutputCheck.lines(wrong), Optional.of(log)));
    State state = work.driver().state(first.id());
    if (state.isDone()) {
      work.driver().reject(first.id());
    }
    if (state.isDone() || state == State.BLOCKED) { // by another that was rejected
      replace(first);
    }
  }

  private void replace(Step step) {
    if (failure.isPresent()) {
      return;
    }
    toReplace.add(step);
    if (!replanning && finishing) {
      planRest();
    } else if (!replanning) {
      planAgain(work.image());
    }
  }

  // Planning again

  private void planAgain(Prepared wanted) {
    replanning = true;
    Failures known = failed;
    Availability builders = usable();
    Kept kept = work.kept(runner.running());
    ImmutableList<Step> replaced = ImmutableList.copyOf(toReplace);
    toReplace.clear();
    inbox.later(
        () -> planner.prospect(wanted, builders, known, kept),
        prospect -> {
          replanning = false;
          if (failure.isEmpty() && failed.ways().keySet().equals(known.ways().keySet())) {
            adopt(replaced, prospect);
          } else if (failure.isEmpty()) { // what failed meanwhile may be in this plan
            toReplace.addAll(0, replaced);
            planAgain(wanted);
          }
        },
        this::stop);
  }

  /** Looks for a plan that gives something to a builder that has nothing to do. */
  private void balance() {
    boolean isDue = System.nanoTime() - balanced >= balancePause.toNanos();
    if (!isDue || replanning || finishing || !work.driver().isLopsided(health::isThere)) {
      return;
    }
    planElsewhere(
        other -> {
          balanced = System.nanoTime();
          if (other.isPresent()
              && expectedSeconds(other.get()) < WORTH_CHANGING * expectedSeconds(work)) {
            balancePause = FIRST_BALANCE;
            begin(other.get());
          } else {
            balancePause = balancePause.multipliedBy(2);
          }
        });
  }

  /** Of what is left, if it goes on as planned. */
  private double expectedSeconds(Work of) {
    Map<StorePath, Double> seconds = new HashMap<>();
    for (RunningStep step : runner.runningSteps()) {
      seconds.put(step.step().derivation(), step.seconds());
    }
    return Outlook.of(
            of.derivations().plan(),
            of.driver().todo().stream()
                .map(step -> of.steps().get(step).derivation())
                .collect(ImmutableSet.toImmutableSet()),
            seconds)
        .expectedSeconds();
  }

  /** Plans all of the image, some of which is lost. */
  private void planRest() {
    replanning = true;
    Failures known = failed;
    Availability builders = usable();
    ImmutableList<PlannedStep> steps = begun;
    Kept now = work.kept(runner.running());
    ImmutableList<Step> replaced = ImmutableList.copyOf(toReplace);
    toReplace.clear();
    inbox.later(
        () -> planner.prospectWithRest(image, builders, known, planner.kept(steps).during(now)),
        prospect -> {
          replanning = false;
          if (failure.isEmpty() && failed.ways().keySet().equals(known.ways().keySet())) {
            adoptRest(replaced, prospect);
          } else if (failure.isEmpty()) {
            toReplace.addAll(0, replaced);
            planRest();
          }
        },
        this::stop);
  }

  /** As long as those that are away may come back soon, it is planned as if they were there. */
  private Availability usable() {
    Availability builders = health.availability();
    plannedFor = Optional.of(builders).filter(none -> isWithoutSome);
    return isWithoutSome ? builders : Availability.of(builders.hoped());
  }

  private void adoptRest(ImmutableList<Step> replaced, Prospect prospect)
      throws IOException, InterruptedException {
    ImmutableList<Step> lost = tellReplaced(replaced, prospect);
    causes.addAll(untold(prospect.causes(lost)));
    boolean isNew = remainder.isPresent() || prospect.work().map(Work::hasTodo).orElse(false);
    finishing = prospect.rest().isPresent();
    remainder = finishing ? prospect.work().map(Work::image) : Optional.empty();
    if (finishing || (isNew && prospect.work().isPresent())) {
      begin(prospect.next().orElseThrow());
    }
  }

  /** What was told of is not told again, but each step that failed for good is. */
  private ImmutableList<Cause> untold(ImmutableList<Cause> found) {
    return found.stream()
        .map(
            cause ->
                new Cause(
                    cause.step(),
                    cause.why().stream()
                        .filter(why -> causes.stream().noneMatch(told -> told.why().contains(why)))
                        .collect(ImmutableList.toImmutableList()),
                    cause.lost().stream()
                        .filter(
                            lost -> causes.stream().noneMatch(told -> told.lost().contains(lost)))
                        .collect(ImmutableList.toImmutableList()),
                    cause.learned()))
        .filter(cause -> cause.step().isPresent() || !cause.lost().isEmpty())
        .collect(ImmutableList.toImmutableList());
  }

  private void adopt(ImmutableList<Step> replaced, Prospect prospect)
      throws IOException, InterruptedException {
    ImmutableList<Step> lost = tellReplaced(replaced, prospect);
    if (prospect.lost().isEmpty()) {
      finishing = false;
      remainder = Optional.empty();
      begin(prospect.work().orElseThrow());
    } else {
      causes.addAll(untold(prospect.causes(lost)));
      finishing = true;
      remainder = prospect.work().map(Work::image);
    }
  }

  /** Tells what becomes of steps that failed, gives up what depends on those that are lost. */
  private ImmutableList<Step> tellReplaced(ImmutableList<Step> replaced, Prospect prospect) {
    ImmutableList<Step> lost = prospect.tellReplaced(replaced, listener);
    giveUp(lost, prospect.next().map(Work::provided).orElse(ImmutableSet.of()));
    return lost;
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
              givenUp.add(given.derivation());
              ledger.givenUp(given, work.derivations().path(user));
              listener.on(new BuildEvent.GivenUp(given, failedStep));
            }
          }
        }
      }
    }
  }
}

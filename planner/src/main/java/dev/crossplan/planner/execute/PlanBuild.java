package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.DiskSpace;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Failures;
import dev.crossplan.planner.history.History;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.history.StateHome;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Manifest.CacheSubstituter;
import dev.crossplan.planner.instance.NixProgram;
import dev.crossplan.planner.instance.TemporaryFolder;
import dev.crossplan.planner.machine.NixInstallation;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.remote.BuildHook;
import dev.crossplan.planner.remote.ProbeFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Carries a plan out, on this machine and others that it reaches: what Nix has not got yet is
 * built, each package once, by the strategy that was planned, or by the next one where that fails.
 * However a run ends, the next one goes on from there.
 */
public final class PlanBuild {
  /** To wait for another machine to let us in: one that is emulated takes its time. */
  private static final int CONNECT_SECONDS = 20;

  private final Planner planner;
  private final Prepared image;
  private final NixInstallation nix;
  private final BuildOptions options;
  private final BuildListener listener;
  private final OutputInspection inspection;
  private final Clock clock;
  private final Inbox inbox = new Inbox();
  private volatile boolean begun;

  /**
   * Begins nothing yet.
   *
   * @param image to be built, with its builders
   * @param nix that builds, or has others build
   */
  public PlanBuild(
      Planner planner,
      Prepared image,
      NixInstallation nix,
      BuildOptions options,
      BuildListener listener,
      OutputInspection inspection) {
    this.planner = planner;
    this.image = image;
    this.nix = nix;
    this.options = options;
    this.listener = listener;
    this.inspection = inspection;
    this.clock = Clock.system(ZoneId.systemDefault());
  }

  /**
   * What there is to do, without doing it; tells the listener so. Of an image of which nothing can
   * be had the report says why. What is there is inspected as in a run: how something wrong would
   * be made otherwise is told, too.
   *
   * @throws InputException if the image is of another store, the history or the steps of the last
   *     run are damaged, or something that the image is made of cannot be read any more
   * @throws BuildException if Nix fails, or there is no room for the state
   */
  public BuildReport rehearse() throws InterruptedException {
    checkStore();
    StateFolder state = stateFolder();
    try (History history = History.open(History.file(options.environment()));
        TemporaryFolder temporary = new TemporaryFolder()) {
      WorkPlanner workPlanner = new WorkPlanner(planner, store(temporary, ImmutableList.of()));
      Failures failures = failures(history);
      Prospect prospect = prospect(workPlanner, Availability.of(image.builders()), state, failures);
      BuildReport report =
          new DryRun(
                  image,
                  workPlanner,
                  ledger(history, state.path()),
                  outputCheck(),
                  listener,
                  state.path(),
                  failures,
                  prospect)
              .report();
      listener.on(new BuildEvent.Ended(report));
      return report;
    } catch (IOException e) {
      throw unwritable(state, e);
    }
  }

  private OutputCheck outputCheck() {
    return new OutputCheck(inspection, new RuntimeClosures(options.environment())::of);
  }

  /**
   * Builds.
   *
   * @return what became of it, also where Nix or the machine has failed
   * @throws InputException if the image is of another store, the link to it cannot be made, or Nix
   *     is not as it should be
   * @throws BuildException if Nix or the machine fails before anything is begun, or another process
   *     builds the same manifest
   */
  public BuildReport run() throws InterruptedException {
    checkStore();
    options.outLink().ifPresent(this::checkLinks);
    StateFolder state = stateFolder();
    FileChannel lock = state.lock();
    try {
      return run(state);
    } catch (IOException e) {
      throw unwritable(state, e);
    } finally {
      StateFolder.unlock(lock);
    }
  }

  private BuildReport run(StateFolder state) throws IOException, InterruptedException {
    Instant start = clock.instant();
    try (History history = History.open(History.file(options.environment()));
        TemporaryFolder temporary = new TemporaryFolder();
        Inbox work = inbox;
        BuilderHealth health = new BuilderHealth(image.builders(), settings(temporary), work)) {
      ImmutableMap<String, BuildHook> hooks = hooks(temporary);
      health.begin();
      NixStore store = store(temporary, buildOptions());
      WorkPlanner workPlanner = new WorkPlanner(planner, store);
      Failures failures = failures(history);
      Prospect prospect = prospect(workPlanner, usable(health), state, failures);
      if (prospect.next().isEmpty()) {
        health.losses().forEach(loss -> listener.on(BuildEvent.BuilderLost.of(loss, start)));
        return nothingToBuild(prospect, state, start);
      }
      RunFolder folder = state.newRun(start);
      Ledger ledger = ledger(history, folder.path());
      BuildRun run =
          new BuildRun(
              image,
              new BuildRun.Means(
                  workPlanner,
                  new Instantiation(store, state, folder),
                  new StepRunner(
                      store,
                      state.roots(),
                      folder,
                      options.cores(),
                      hooks,
                      BuildRoom.of(nix, options.environment()),
                      listener,
                      clock,
                      work),
                  ledger,
                  listener,
                  new Inspections(outputCheck(), ledger, work),
                  work,
                  folder,
                  health,
                  new PeerCopies(image.builders(), health, settings(temporary), work)),
              state.lastSteps(),
              failures,
              prospect);
      begun = true;
      Ending ending = carryOut(run, store, state);
      BuildReport report =
          new BuildReport(
              ledger.reports(run.work()),
              run.causes(),
              ending.faults(),
              Ledger.image(run.work()),
              ending.links(),
              earlierLinks(ending.links()),
              work.isInterrupted(),
              ending.failure(),
              Duration.between(start, clock.instant()).toMillis() / 1e3,
              folder.path());
      listener.on(new BuildEvent.Ended(report));
      return report;
    }
  }

  private Ledger ledger(History history, Path folder) {
    return new Ledger(
        history,
        folder,
        image.manifest().file(),
        clock,
        others().stream()
            .collect(
                ImmutableMap.toImmutableMap(
                    Builder::name, builder -> Machine.at(builder.uri().orElseThrow()))));
  }

  /** The builders that are other machines. */
  private ImmutableList<Builder> others() {
    return image.builders().stream()
        .filter(builder -> !builder.isHere())
        .collect(ImmutableList.toImmutableList());
  }

  private ImmutableMap<String, BuildHook> hooks(TemporaryFolder folder) {
    ImmutableMap.Builder<String, BuildHook> hooks = ImmutableMap.builder();
    for (Builder builder : others()) {
      BuildHook.of(builder, nix, CONNECT_SECONDS, folder, options.environment())
          .ifPresent(hook -> hooks.put(builder.name(), hook));
    }
    return hooks.buildOrThrow();
  }

  private BuilderHealth.Settings settings(TemporaryFolder folder) {
    return new BuilderHealth.Settings(
        CONNECT_SECONDS, options.silence(), options.patience(), options.environment(), folder);
  }

  /**
   * Which builders there are.
   *
   * @throws BuildException if there is none, and there will be none
   */
  private static Availability usable(BuilderHealth health) {
    Availability availability = health.availability();
    if (availability.hoped().isEmpty()) {
      ProbeFailure first = health.losses().get(0).reason();
      throw new BuildException(
          health.losses().stream()
              .map(loss -> "builder " + loss.builder().name() + " " + loss.reason().message())
              .collect(Collectors.joining("; ")),
          first.remedy());
    }
    return availability;
  }

  /** Nothing of the image can be had, as was known before. */
  private BuildReport nothingToBuild(Prospect prospect, StateFolder state, Instant start) {
    BuildReport report =
        new BuildReport(
            ImmutableList.of(),
            prospect.causes(ImmutableList.of()),
            ImmutableList.of(),
            ImmutableMap.of(),
            ImmutableList.of(),
            earlierLinks(ImmutableList.of()),
            inbox.isInterrupted(),
            Optional.empty(),
            Duration.between(start, clock.instant()).toMillis() / 1e3,
            state.path());
    listener.on(new BuildEvent.Ended(report));
    return report;
  }

  /**
   * How a run ended.
   *
   * @param faults of what is there of the image
   * @param links that were made to what is there
   * @param failure of Nix or the machine
   */
  private record Ending(
      ImmutableList<String> faults,
      ImmutableList<Path> links,
      Optional<RuntimeException> failure) {}

  private Ending carryOut(BuildRun run, NixStore store, StateFolder state)
      throws InterruptedException {
    ImmutableList<Path> links = ImmutableList.of();
    try {
      try {
        run.run();
      } finally {
        joinNixLogs(state);
      }
      if (!inbox.isInterrupted() && run.failure().isEmpty() && run.faults().isEmpty()) {
        links = link(store, had(run));
        if (run.causes().isEmpty()) {
          state.releaseRoots();
        }
      }
      return new Ending(run.faults(), links, run.failure());
    } catch (BuildException | InputException e) {
      return new Ending(run.faults(), links, Optional.of(e));
    } catch (IOException e) {
      return new Ending(run.faults(), links, Optional.of(unwritable(state, e)));
    }
  }

  /** What is there of the image, by attribute; that something is lost counts more. */
  private static ImmutableMap<String, StorePath> had(BuildRun run) {
    ImmutableSet<String> lost =
        run.causes().stream()
            .flatMap(cause -> cause.lost().stream())
            .collect(ImmutableSet.toImmutableSet());
    return ImmutableMap.copyOf(
        Maps.filterKeys(run.work().meantByAttribute(), attribute -> !lost.contains(attribute)));
  }

  /** A log that cannot be joined is still there in its parts: no reason to fail. */
  private static void joinNixLogs(StateFolder state) {
    try {
      for (Path each : state.runs()) {
        new RunFolder(each).joinNixLogs();
      }
    } catch (IOException e) {
      // the disk is full, or somebody is deleting them
    }
  }

  /**
   * Ends a run before it is done, from any thread.
   *
   * @return whether it is worth waiting for: processes of Nix are being ended
   */
  public boolean interrupt() {
    inbox.interrupt();
    return begun;
  }

  private StateFolder stateFolder() {
    return StateFolder.of(StateHome.of(options.environment()), image.manifest());
  }

  private NixStore store(TemporaryFolder temporary, ImmutableList<String> buildOptions) {
    ImmutableList<String> caches =
        image.manifest().substituters().stream()
            .filter(CacheSubstituter.class::isInstance)
            .map(cache -> ((CacheSubstituter) cache).url())
            .collect(ImmutableList.toImmutableList());
    return new NixStore(nix, temporary.path(), buildOptions, caches);
  }

  private ImmutableList<String> buildOptions() throws InterruptedException {
    ImmutableSet.Builder<String> systems = ImmutableSet.builder();
    ImmutableSet.Builder<String> features = ImmutableSet.builder();
    for (Builder builder : image.builders()) {
      if (builder.isHere()) {
        systems.addAll(builder.systems()).addAll(builder.emulates());
        features.addAll(builder.features());
      }
    }
    return nix.buildOptions(systems.build(), features.build());
  }

  private Failures failures(History history) {
    return options.retry() ? Failures.NONE : history.failures(clock.getZone());
  }

  private Prospect prospect(
      WorkPlanner workPlanner, Availability builders, StateFolder state, Failures failures)
      throws IOException, InterruptedException {
    return workPlanner.prospectWithRest(
        image, builders, failures, workPlanner.kept(state.lastSteps()));
  }

  /** Nix replaces only links that it may have made. */
  private boolean isOfStore(Path link) {
    try {
      return Files.isSymbolicLink(link)
          && Files.readSymbolicLink(link).startsWith(nix.program().store());
    } catch (IOException e) {
      return false;
    }
  }

  private void checkStore() {
    otherStore(image, nix.program())
        .ifPresent(
            other -> {
              throw other;
            });
  }

  /**
   * Says so if the derivations of an image are of another store than that of a Nix: paths in one
   * mean nothing in another. What is evaluated here is of the one that is here.
   */
  public static Optional<InputException> otherStore(Prepared image, NixProgram nix) {
    Path evaluated = Path.of(image.packages().graph().path(0).directory());
    boolean isFromElsewhere =
        image.manifest().instances().stream()
            .anyMatch(instance -> instance.source() instanceof Instance.Exported);
    Path here = nix.store();
    return isFromElsewhere && !evaluated.equals(here)
        ? Optional.of(
            new InputException(
                image.manifest().file()
                    + ": its derivations are of the store "
                    + evaluated
                    + ", but the store of Nix is "
                    + here
                    + " here",
                "Maybe let it be evaluated here (nixpkgs = \"…\" in place of derivations = \"…\"), or"
                    + " let NIX_STORE_DIR name that store."))
        : Optional.empty();
  }

  private void checkLinks(Path first) {
    Path absolute = first.toAbsolutePath();
    for (int number = 1; number <= image.manifest().image().size(); number++) {
      Path link = link(absolute, number);
      if (Files.exists(link, LinkOption.NOFOLLOW_LINKS) && !isOfStore(link)) {
        throw new InputException(
            (number == 1 ? first : link) + ": is in the way of the link to what is built",
            "Maybe name another place: --out-link NAME.");
      }
    }
    try { // what Nix does at the end
      Files.createDirectories(absolute.resolveSibling("."));
      Path trial = absolute.resolveSibling(absolute.getFileName() + ".crossplan-trial");
      Files.deleteIfExists(trial);
      Files.createSymbolicLink(trial, Path.of("nowhere"));
      Files.delete(trial);
    } catch (IOException e) {
      throw new InputException(
          first + ": the link to what is built cannot be made: " + e.getMessage(),
          "Maybe name another place: --out-link NAME.",
          e);
    }
  }

  /**
   * As nix-build does: {@code result}, {@code result-2}; for what is lost a name is left out.
   *
   * @param outputs by attribute
   */
  private ImmutableList<Path> link(NixStore store, ImmutableMap<String, StorePath> outputs)
      throws IOException, InterruptedException {
    if (options.outLink().isEmpty()) {
      return ImmutableList.of();
    }
    Path first = options.outLink().get().toAbsolutePath();
    ImmutableList.Builder<Path> links = ImmutableList.builder();
    ImmutableList<String> attributes = image.manifest().image();
    for (int i = 0; i < attributes.size(); i++) {
      @Nullable StorePath output = outputs.get(attributes.get(i));
      if (output != null) {
        Path link = link(first, i + 1);
        store.protect(List.of(output), link);
        links.add(link);
      }
    }
    return links.build();
  }

  private static Path link(Path first, int number) {
    return number == 1 ? first : first.resolveSibling(first.getFileName() + "-" + number);
  }

  /** Links of this name but for those that were made: they still lead to what was built before. */
  private ImmutableList<Path> earlierLinks(ImmutableList<Path> made) {
    ImmutableList.Builder<Path> links = ImmutableList.builder();
    if (options.outLink().isPresent()) {
      Path first = options.outLink().get().toAbsolutePath();
      int most = image.manifest().image().size() + 1;
      for (int number = 1; number <= most || isOfStore(link(first, number)); number++) {
        if (isOfStore(link(first, number)) && !made.contains(link(first, number))) {
          links.add(link(first, number));
        }
      }
    }
    return links.build();
  }

  private static BuildException unwritable(StateFolder state, IOException e) {
    return new BuildException(
        state.path() + ": cannot be written: " + e.getMessage() + DiskSpace.ifShort(state.path()),
        "Maybe make room there, then run the same again: what is built is kept.",
        e);
  }
}

package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import dev.crossplan.planner.DiskSpace;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.NixProgram;
import dev.crossplan.planner.plan.Step;
import dev.crossplan.planner.remote.BuildHook;
import dev.crossplan.planner.remote.ProbeFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** Lets Nix do steps, one process each, and follows what it says. */
final class StepRunner {
  /** The system of derivations that need no builder program, such as {@code builtin:fetchurl}. */
  private static final String BUILT_IN = "builtin";

  private final NixStore store;
  private final Path roots;
  private final RunFolder folder;
  private final OptionalInt cores;
  private final ImmutableMap<String, BuildHook> hooks;
  private final BuildRoom room;
  private final BuildListener listener;
  private final Clock clock;
  private final Inbox inbox;
  private final Map<StorePath, RunningStep> running = new LinkedHashMap<>();
  private int count;

  /**
   * @param roots folder for links that protect what is made from the garbage collector
   * @param folder for logs
   * @param hooks by name of each builder that is another machine
   */
  StepRunner(
      NixStore store,
      Path roots,
      RunFolder folder,
      OptionalInt cores,
      ImmutableMap<String, BuildHook> hooks,
      BuildRoom room,
      BuildListener listener,
      Clock clock,
      Inbox inbox) {
    this.store = store;
    this.roots = roots;
    this.folder = folder;
    this.cores = cores;
    this.hooks = hooks;
    this.room = room;
    this.listener = listener;
    this.clock = clock;
    this.inbox = inbox;
  }

  /**
   * Starts a step.
   *
   * @param derivation as Nix builds it
   * @param content of the derivation
   * @param outputs that are to be there in the end
   * @param others derivations that are built with it
   * @param ended is called in the thread of the run when Nix has ended and all was read
   */
  void start(
      Step step,
      StorePath derivation,
      Derivation content,
      ImmutableList<StorePath> outputs,
      ImmutableSet<StorePath> others,
      Inbox.Receiver<RunningStep> ended)
      throws IOException {
    String name = derivation.derivationName();
    count++;
    Path root = roots.resolve(derivation.hashPart() + "-" + name);
    Path nixLog = folder.nixLog(count, name);
    Optional<BuildHook> elsewhere = elsewhere(step, content);
    Process process;
    if (step.action() == Action.SUBSTITUTE) {
      process = store.substitute(outputs, root, nixLog);
    } else if (elsewhere.isPresent()) {
      process = store.build(derivation, elsewhere.get(), root, cores, nixLog);
    } else {
      process = store.build(derivation, root, cores, nixLog);
    }
    RunningStep begun;
    try {
      begun =
          new RunningStep(
              step,
              derivation,
              outputs,
              others,
              elsewhere.isPresent(),
              process,
              new Observation(
                  content, elsewhere.isPresent() ? Optional.empty() : Optional.of(process), cores),
              room.watch(),
              nixLog,
              folder.log(count, name),
              clock.instant());
    } catch (IOException e) { // nobody would follow it, nor end it
      NixProgram.end(process);
      throw e;
    }
    running.put(derivation, begun);
    listener.on(new BuildEvent.Started(step, begun.started(), begun.log()));
    Inbox.Task atEnd =
        () -> {
          begun.read(listener);
          ended.take(begun);
        };
    CompletableFuture<Void> unused =
        process
            .onExit()
            .thenRun(
                () -> {
                  begun.hasEnded();
                  inbox.add(atEnd);
                });
  }

  /** How Nix is to reach who builds a step; what is built into Nix it does itself, here. */
  private Optional<BuildHook> elsewhere(Step step, Derivation content) {
    return content.system().equals(BUILT_IN)
        ? Optional.empty()
        : step.builder().flatMap(name -> Optional.ofNullable(hooks.get(name)));
  }

  /** Reads what Nix said since the last time. */
  void read() throws IOException {
    if (running.isEmpty()) {
      return;
    }
    ImmutableMap<BuildRoom.Place, DiskSpace> space = room.look();
    for (RunningStep step : running.values()) {
      step.read(listener);
      step.look(neighbours(step), space);
    }
  }

  private int neighbours(RunningStep step) {
    Optional<String> place = step.step().builder().filter(name -> step.isElsewhere());
    return (int)
            running.values().stream()
                .filter(other -> other.isElsewhere() == step.isElsewhere())
                .filter(other -> place.isEmpty() || other.step().builder().equals(place))
                .count()
        - 1;
  }

  /**
   * Ends what a machine builds that is lost; each step ends soon after.
   *
   * @param reason why
   */
  void lose(Builder builder, ProbeFailure reason) {
    for (RunningStep step : running.values()) {
      if (step.isElsewhere() && step.step().builder().equals(Optional.of(builder.name()))) {
        step.lose(reason);
        inbox.later(
            () -> {
              NixProgram.end(step.process());
              return step;
            },
            ended -> {},
            failure -> {
              throw failure;
            });
      }
    }
  }

  /** It is dealt with. */
  void forget(RunningStep step) throws IOException {
    running.remove(step.derivation());
    step.close();
  }

  /** The steps that are being made, by derivation as Nix builds it. */
  ImmutableMap<StorePath, Step> running() {
    return ImmutableMap.copyOf(Maps.transformValues(running, RunningStep::step));
  }

  ImmutableList<RunningStep> runningSteps() {
    return ImmutableList.copyOf(running.values());
  }

  boolean isIdle() {
    return running.isEmpty();
  }

  /** Ends what is running: gently, so that Nix ends its builds, then not. */
  void end() {
    running.values().forEach(step -> step.process().destroy());
    running.values().forEach(step -> NixProgram.end(step.process()));
  }
}

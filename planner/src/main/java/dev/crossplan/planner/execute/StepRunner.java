package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.DiskSpace;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.NixProgram;
import dev.crossplan.planner.plan.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** Lets Nix do steps, one process each, and follows what it says. */
final class StepRunner {
  private final NixStore store;
  private final Path roots;
  private final RunFolder folder;
  private final OptionalInt cores;
  private final BuildRoom room;
  private final BuildListener listener;
  private final Clock clock;
  private final Inbox inbox;
  private final Map<StorePath, RunningStep> running = new LinkedHashMap<>();
  private int count;

  /**
   * @param roots folder for links that protect what is made from the garbage collector
   * @param folder for logs
   */
  StepRunner(
      NixStore store,
      Path roots,
      RunFolder folder,
      OptionalInt cores,
      BuildRoom room,
      BuildListener listener,
      Clock clock,
      Inbox inbox) {
    this.store = store;
    this.roots = roots;
    this.folder = folder;
    this.cores = cores;
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
   * @param ended is called in the thread of the run when Nix has ended and all was read
   */
  void start(
      Step step,
      StorePath derivation,
      Derivation content,
      ImmutableList<StorePath> outputs,
      Inbox.Receiver<RunningStep> ended)
      throws IOException {
    String name = derivation.derivationName();
    count++;
    Path root = roots.resolve(derivation.hashPart() + "-" + name);
    Path nixLog = folder.nixLog(count, name);
    Process process =
        step.action() == Action.SUBSTITUTE
            ? store.substitute(outputs, root, nixLog)
            : store.build(derivation, root, cores, nixLog);
    RunningStep begun;
    try {
      begun =
          new RunningStep(
              step,
              derivation,
              outputs,
              process,
              new Observation(content, process, cores),
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

  /** Reads what Nix said since the last time. */
  void read() throws IOException {
    if (running.isEmpty()) {
      return;
    }
    ImmutableMap<BuildRoom.Place, DiskSpace> space = room.look();
    for (RunningStep step : running.values()) {
      step.read(listener);
      step.look(running.size() - 1, space);
    }
  }

  /** It is dealt with. */
  void forget(RunningStep step) throws IOException {
    running.remove(step.derivation());
    step.close();
  }

  /** The derivations, as Nix builds them, that are being made. */
  ImmutableSet<StorePath> running() {
    return ImmutableSet.copyOf(running.keySet());
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

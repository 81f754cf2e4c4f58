package dev.crossplan.planner.execute;

import com.google.common.collect.EvictingQueue;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.DiskSpace;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.plan.Step;
import dev.crossplan.planner.remote.ProbeFailure;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A step that Nix is working at, and what it said so far. */
final class RunningStep implements AutoCloseable {
  private static final int LAST_LINES = 20;

  private final Step step;
  private final StorePath derivation;
  private final ImmutableList<StorePath> outputs;
  private final ImmutableSet<StorePath> others;
  private final boolean isElsewhere;
  private final Process process;
  private final Path log;
  private final Instant started;
  private final long startNanos = System.nanoTime();
  private volatile long endNanos;
  private final Observation observation;
  private final BuildRoom.Watch room;
  private final NixLog nixLog;
  private final BufferedWriter writer;
  private final EvictingQueue<String> lastLines = EvictingQueue.create(LAST_LINES);
  private final List<String> errors = new ArrayList<>();
  private final Set<Long> copying = new HashSet<>();
  private long copyingSince;
  private long copiedNanos;
  private boolean built;

  /** Whether the build has said anything. */
  private boolean hasRun;

  private Optional<ProbeFailure> lost = Optional.empty();

  /**
   * Follows a process of Nix.
   *
   * @param derivation that it is to build
   * @param outputs that are there when it succeeds
   * @param others derivations that it may build besides
   * @param isElsewhere whether another machine builds it
   * @param observation of it, which is told its phases
   * @param room that it has
   * @param nixLog what it writes
   * @param log where its build's output is written for people
   */
  RunningStep(
      Step step,
      StorePath derivation,
      ImmutableList<StorePath> outputs,
      ImmutableSet<StorePath> others,
      boolean isElsewhere,
      Process process,
      Observation observation,
      BuildRoom.Watch room,
      Path nixLog,
      Path log,
      Instant started)
      throws IOException {
    this.step = step;
    this.derivation = derivation;
    this.outputs = outputs;
    this.others = others;
    this.isElsewhere = isElsewhere;
    this.process = process;
    this.observation = observation;
    this.room = room;
    this.log = log;
    this.started = started;
    this.nixLog = new NixLog(nixLog);
    this.writer = Files.newBufferedWriter(log);
  }

  /**
   * Reads what Nix said since the last time.
   *
   * @throws BuildException if it builds something else: then its store lacks what it had
   */
  void read(BuildListener listener) throws IOException {
    nixLog.read(event -> take(event, listener));
    writer.flush();
  }

  private void take(NixEvent event, BuildListener listener) {
    if (event instanceof NixEvent.LogLine line) {
      hasRun = true;
      lastLines.add(line.text());
      write(line.text());
    } else if (event instanceof NixEvent.Phase phase) {
      hasRun = true;
      observation.phase(phase.name());
      listener.on(new BuildEvent.Phase(step, phase.name()));
    } else if (event instanceof NixEvent.Building building) {
      StorePath begun = StorePath.parse(building.derivation());
      if (others.contains(begun)) {
        return;
      } else if (!begun.equals(derivation)) {
        throw new BuildException(
            "crossplan is broken here: for "
                + derivation
                + " Nix began to build "
                + building.derivation()
                + ", which is another step or none",
            "Maybe a garbage collector ran meanwhile; else report it with "
                + log.resolveSibling("..").normalize()
                + ".");
      }
      built = true;
    } else if (event instanceof NixEvent.Copying copy) {
      if (copying.isEmpty()) {
        copyingSince = System.nanoTime();
        tellCopying(listener);
      }
      copying.add(copy.activity());
    } else if (event instanceof NixEvent.Stopped stopped) {
      if (copying.remove(stopped.activity()) && copying.isEmpty()) {
        copiedNanos += System.nanoTime() - copyingSince;
      }
    } else if (event instanceof NixEvent.Message message
        && message.level() == NixEvent.Message.ERROR) {
      errors.add(message.text());
      write(message.text());
    }
  }

  /** What goes to the machine that is to build, and what comes back. */
  private void tellCopying(BuildListener listener) {
    if (isElsewhere) {
      listener.on(new BuildEvent.Phase(step, hasRun ? "copyOutputs" : "copyInputs"));
    }
  }

  private void write(String line) {
    try {
      writer.write(line);
      writer.newLine();
    } catch (IOException e) {
      throw new BuildException(
          log + ": cannot be written: " + e.getMessage() + DiskSpace.ifShort(log),
          "Maybe make room there, then run the same again: what is built is kept.",
          e);
    }
  }

  /** How Nix ended; to be asked after it has, and after all was read. */
  NixEnding ending() {
    if (lost.isPresent()) {
      return process.exitValue() == 0
          ? new NixEnding.Made()
          : new NixEnding.BuilderFailed(lost.get());
    }
    int status = process.exitValue();
    ImmutableList<String> messages = ImmutableList.copyOf(errors);
    NixEnding ending =
        isElsewhere
            ? NixEndings.elsewhere(status, messages, lastLines())
            : NixEndings.of(step.action(), status, messages, lastLines());
    return ending instanceof NixEnding.Interrupted
        ? ending
        : NixEndings.lackOfRoom(status, messages, lastLines())
            .flatMap(room::full)
            .<NixEnding>map(NixEnding.NixFailed::new)
            .orElse(ending);
  }

  /**
   * The machine that builds it is lost: Nix, which may wait for it for hours, is to be ended.
   *
   * @param reason why
   */
  void lose(ProbeFailure reason) {
    lost = Optional.of(reason);
  }

  /** Whether another machine builds it. */
  boolean isElsewhere() {
    return isElsewhere;
  }

  /**
   * To be called every now and then.
   *
   * @param neighbours other builds that go on, on the same machine
   * @param space as {@link BuildRoom#look} has seen it
   */
  void look(int neighbours, ImmutableMap<BuildRoom.Place, DiskSpace> space) {
    observation.look(neighbours);
    room.see(space);
  }

  Step step() {
    return step;
  }

  StorePath derivation() {
    return derivation;
  }

  ImmutableList<StorePath> outputs() {
    return outputs;
  }

  Process process() {
    return process;
  }

  Path log() {
    return log;
  }

  Instant started() {
    return started;
  }

  /** To be told when Nix has ended, from any thread. */
  void hasEnded() {
    endNanos = System.nanoTime();
  }

  /** From the start to the end of Nix, whenever that is dealt with; until now while it runs. */
  double seconds() {
    long end = endNanos == 0 ? System.nanoTime() : endNanos;
    return (end - startNanos) / (double) TimeUnit.SECONDS.toNanos(1);
  }

  /** The same without the time in which nothing was done but copying to and from its machine. */
  double secondsWithoutCopying() {
    return seconds() - copiedNanos / (double) TimeUnit.SECONDS.toNanos(1);
  }

  Observation observation() {
    return observation;
  }

  /** Whether this process of Nix built it, rather than finding or downloading it. */
  boolean wasBuilt() {
    return built;
  }

  /** Of the build's output. */
  ImmutableList<String> lastLines() {
    return ImmutableList.copyOf(lastLines);
  }

  @Override
  public void close() throws IOException {
    nixLog.close();
    writer.close();
  }
}

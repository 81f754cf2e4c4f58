package dev.crossplan.planner.remote;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.TemporaryFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A connection to a builder that is kept open while builds run there, over which it is asked every
 * few seconds whether it is still alive. A machine that loses its network or its power says nothing
 * when it goes, and Nix would wait for it until TCP gives up.
 */
public final class Heartbeat implements AutoCloseable {
  private static final int NO_NIX = 9;

  /** Answers with what it is asked; any shell has it. */
  private static final ImmutableList<String> ECHO = ImmutableList.of("cat");

  private static final ImmutableList<String> ECHO_IF_NIX =
      ImmutableList.of(
          "sh", "-c", "command -v nix-store >/dev/null || exit " + NO_NIX + "; exec cat");

  /** An option of a store URI: Nix may be where no shell looks for it. */
  private static final String OTHER_PROGRAM = "remote-program=";

  private static final long INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();
  private static final int LOOK_MILLIS = 100;
  private static final int MOST_NOISE = 1000;

  private final Builder builder;
  private final int connectSeconds;
  private final long silenceNanos;
  private final ImmutableMap<String, String> environment;
  private final TemporaryFolder folder;
  private final Listener listener;
  private final Thread thread;

  /** Told of a builder, in a thread of the heartbeat. */
  public interface Listener {
    /** It answers, for the first time. */
    void answers(Heartbeat heartbeat);

    /**
     * It does not, or not any more; the heartbeat has ended.
     *
     * @param failure why
     */
    void ended(Heartbeat heartbeat, ProbeFailure failure);
  }

  /**
   * Of a builder that is not asked yet.
   *
   * @param connectSeconds to wait for it to let us in
   * @param silence after which it counts as lost
   * @param environment of ssh, with {@code NIX_SSHOPTS}
   * @param folder for what ssh says
   * @param listener is told what comes of it
   */
  public Heartbeat(
      Builder builder,
      int connectSeconds,
      Duration silence,
      ImmutableMap<String, String> environment,
      TemporaryFolder folder,
      Listener listener) {
    this.builder = builder;
    this.connectSeconds = connectSeconds;
    this.silenceNanos = silence.toNanos();
    this.environment = environment;
    this.folder = folder;
    this.listener = listener;
    this.thread = new Thread(this::run, "heartbeat " + builder.name());
    thread.setDaemon(true);
  }

  /** Begins to ask. */
  public Heartbeat start() {
    thread.start();
    return this;
  }

  public Builder builder() {
    return builder;
  }

  private void run() {
    boolean isElsewhere = builder.uri().orElse("").contains(OTHER_PROGRAM);
    try (BuilderCommand command =
        BuilderCommand.start(
            builder, isElsewhere ? ECHO : ECHO_IF_NIX, connectSeconds, folder, environment)) {
      listener.ended(this, follow(command));
    } catch (BuilderCommand.FailureException e) {
      listener.ended(this, e.failure());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it was closed: nobody is told
    }
  }

  /** Asks until no answer comes any more, and tells why. */
  private ProbeFailure follow(BuilderCommand command) throws InterruptedException {
    Process process = command.process();
    OutputStream questions = process.getOutputStream();
    InputStream answers = process.getInputStream();
    boolean isThere = false;
    String noise = "";
    long answered = System.nanoTime();
    long asked = answered - INTERVAL_NANOS;
    while (true) {
      long now = System.nanoTime();
      try {
        if (now - asked >= INTERVAL_NANOS) {
          asked = now;
          questions.write('\n');
          questions.flush();
        }
        if (answers.available() > 0) {
          String answer = text(answers.readNBytes(answers.available()));
          answered = now;
          if (!answer.isBlank()) { // a shell may say something first, but it is no answer
            noise = answer;
          } else if (!isThere) {
            isThere = true;
            listener.answers(this);
          }
        }
      } catch (IOException e) {
        return end(command, isThere, noise); // a pipe that nobody reads: it has ended
      }
      if (!process.isAlive()) {
        return end(command, isThere, noise);
      }
      if (now - answered > silenceNanos) {
        return isThere
            ? ProbeFailure.silent(Duration.ofNanos(silenceNanos))
            : ProbeFailure.timeout(Math.toIntExact(Duration.ofNanos(silenceNanos).toSeconds()));
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private static String text(byte[] answer) {
    return new String(answer, 0, Math.min(answer.length, MOST_NOISE), StandardCharsets.UTF_8);
  }

  /**
   * Why it has ended.
   *
   * @param noise what came that was no answer
   */
  private static ProbeFailure end(BuilderCommand command, boolean wasThere, String noise)
      throws InterruptedException {
    boolean isOfSsh = command.hasSshFailed();
    String lastLine = ProbeFailure.lastLine(command.said());
    if (wasThere) {
      return ProbeFailure.hungUp(lastLine);
    }
    if (isOfSsh) {
      return command.sshFailure();
    }
    return command.process().exitValue() == NO_NIX
        ? ProbeFailure.noNix()
        : ProbeFailure.noShell(lastLine.isEmpty() ? ProbeFailure.lastLine(noise) : lastLine);
  }

  /** Ends it; the listener is told nothing any more. */
  @Override
  public void close() {
    thread.interrupt();
  }
}

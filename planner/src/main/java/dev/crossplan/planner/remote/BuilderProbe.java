package dev.crossplan.planner.remote;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.ByteStreams;
import com.google.common.io.Resources;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.NixProgram;
import dev.crossplan.planner.instance.TemporaryFolder;
import dev.crossplan.planner.remote.BuilderCommand.FailureException;
import dev.crossplan.planner.remote.ProbeFailure.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks builders what they are, as Nix would reach them: over the ssh of this machine, which never
 * asks for a password, and only where the host key is known. What is asked is {@code probe.sh}.
 */
public final class BuilderProbe {
  private static final int MOST_AT_ONCE = 16;

  /** So long a machine may think about its answer, once it is connected. */
  private static final int PATIENCE_SECONDS = 60;

  private static final long MOST_BYTES = 1 << 20;

  private static final ImmutableList<String> SHELL = ImmutableList.of("sh", "-s");

  private final ImmutableMap<String, String> environment;
  private final int seconds;
  private final TemporaryFolder folder;
  private final String store;

  private BuilderProbe(
      ImmutableMap<String, String> environment, int seconds, TemporaryFolder folder) {
    this.environment = environment;
    this.seconds = seconds;
    this.folder = folder;
    this.store = new NixProgram(environment).store().toString();
  }

  /**
   * Asks all of them at the same time.
   *
   * @param environment of ssh, with {@code NIX_SSHOPTS}
   * @param seconds to wait for each to let us in
   * @return what came of it, in the same order
   */
  public static ImmutableList<Probe> ask(
      ImmutableList<Builder> builders,
      ImmutableMap<String, String> environment,
      int seconds,
      Progress progress)
      throws InterruptedException {
    if (builders.isEmpty()) {
      return ImmutableList.of();
    }
    ExecutorService threads = Executors.newFixedThreadPool(Math.min(MOST_AT_ONCE, builders.size()));
    try (TemporaryFolder folder = new TemporaryFolder()) {
      BuilderProbe probe = new BuilderProbe(environment, seconds, folder);
      List<Future<Probe>> asked = new ArrayList<>();
      for (Builder builder : builders) {
        asked.add(threads.submit(() -> probe.ask(builder)));
      }
      progress.start("asking builders");
      ImmutableList.Builder<Probe> probes = ImmutableList.builder();
      for (Future<Probe> each : asked) {
        probes.add(each.get());
      }
      return probes.build();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private Probe ask(Builder builder) {
    try {
      ProbeAnswer answer = answer(builder);
      return new Probe(builder, Optional.of(answer), failure(builder, answer), store);
    } catch (FailureException e) {
      return new Probe(builder, Optional.empty(), Optional.of(e.failure()), store);
    }
  }

  /** What keeps a machine that answers from building. */
  private static Optional<ProbeFailure> failure(Builder builder, ProbeAnswer answer) {
    if (!builder.isHere() && answer.greeting().isPresent()) {
      return Optional.of(ProbeFailure.noisy(answer.greeting().get()));
    }
    if (answer.nix().isEmpty()) {
      return Optional.of(
          builder.isHere()
              ? new ProbeFailure(
                  Kind.NO_NIX,
                  "has no Nix: there is no nix-store on the PATH",
                  "Maybe install it; crossplan doctor tells how.")
              : ProbeFailure.noNix(answer));
    }
    return answer
        .nix()
        .get()
        .error()
        .map(
            said ->
                new ProbeFailure(
                    Kind.BROKEN_NIX,
                    "has a Nix that cannot use its store: " + said,
                    "Maybe see what is wrong there: nix store ping; crossplan doctor tells more."));
  }

  private ProbeAnswer answer(Builder builder) throws FailureException {
    BuilderCommand command = BuilderCommand.start(builder, SHELL, seconds, folder, environment);
    Process process = command.process();
    AtomicBoolean isLate = new AtomicBoolean();
    CompletableFuture<Void> deadline =
        CompletableFuture.runAsync(
            () -> {
              isLate.set(true);
              NixProgram.end(process);
            },
            CompletableFuture.delayedExecutor(seconds + PATIENCE_SECONDS, TimeUnit.SECONDS));
    Thread ending = new Thread(() -> NixProgram.end(process));
    Runtime.getRuntime().addShutdownHook(ending);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                ByteStreams.limit(process.getInputStream(), MOST_BYTES), StandardCharsets.UTF_8))) {
      send(process);
      ProbeAnswer answer = ProbeAnswer.read(lines, Clock.systemUTC());
      command.awaitEnd();
      return answer;
    } catch (IOException | ProbeAnswer.UnreadableException e) {
      throw new FailureException(failure(command, isLate.get(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException(
          new ProbeFailure(Kind.OTHER, "was not asked to the end", "Maybe ask again."));
    } finally {
      deadline.cancel(false);
      command.close();
      try {
        Runtime.getRuntime().removeShutdownHook(ending);
      } catch (IllegalStateException e) {
        // the hook runs, or has run
      }
    }
  }

  private static void send(Process process) {
    try (OutputStream out = process.getOutputStream()) {
      out.write(script());
    } catch (IOException e) {
      // it has ended already, and says why
    }
  }

  private static byte[] script() {
    try {
      return Resources.toByteArray(Resources.getResource(BuilderProbe.class, "probe.sh"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the end of a machine's answer means. */
  private ProbeFailure failure(BuilderCommand command, boolean isLate, Exception reason) {
    if (isLate) {
      return ProbeFailure.mute(PATIENCE_SECONDS);
    }
    boolean isOfSsh;
    try {
      isOfSsh = command.hasSshFailed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return command.sshFailure();
    }
    boolean isSilent =
        reason instanceof ProbeAnswer.UnreadableException unreadable && unreadable.isSilent();
    if (isOfSsh) {
      return command.sshFailure();
    }
    if (isSilent) {
      String greeting = String.valueOf(reason.getMessage());
      return ProbeFailure.noShell(
          greeting.isEmpty() ? ProbeFailure.lastLine(command.said()) : greeting);
    }
    return new ProbeFailure(
        Kind.OTHER,
        "answers what cannot be understood: " + reason.getMessage(),
        "Maybe what its shell starts writes in between: " + command.address().login() + " true.");
  }
}

package dev.crossplan.planner.machine;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.ByteStreams;
import com.google.common.io.Resources;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.NixProgram;
import dev.crossplan.planner.instance.TemporaryFolder;
import dev.crossplan.planner.machine.ProbeFailure.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * Asks builders what they are, as Nix would reach them: over the ssh of this machine, which never
 * asks for a password, and only where the host key is known. What is asked is {@code probe.sh}.
 */
public final class BuilderProbe {
  private static final int MOST_AT_ONCE = 16;

  /** So long a machine may think about its answer, once it is connected. */
  private static final int PATIENCE_SECONDS = 60;

  private static final int ENDING_SECONDS = 5;
  private static final long MOST_BYTES = 1 << 20;

  /** The exit status of ssh itself; any other is that of the command. */
  private static final int SSH_FAILED = 255;

  private static final ImmutableList<String> SHELL = ImmutableList.of("sh", "-s");

  /** A line of a file such as {@code ssh_host_ed25519_key.pub}; what follows is a comment. */
  private static final Pattern PUBLIC_KEY =
      Pattern.compile("[a-z][A-Za-z0-9@.-]{1,60} [A-Za-z0-9+/]{16,}=*(?: [^\\n]*)?\\s*");

  private final ImmutableMap<String, String> environment;
  private final int seconds;
  private final TemporaryFolder folder;

  private BuilderProbe(
      ImmutableMap<String, String> environment, int seconds, TemporaryFolder folder) {
    this.environment = environment;
    this.seconds = seconds;
    this.folder = folder;
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
      return new Probe(builder, Optional.of(answer), failure(builder, answer));
    } catch (FailureException e) {
      return new Probe(builder, Optional.empty(), Optional.of(e.failure()));
    }
  }

  /** What keeps a machine that answers from building. */
  private static Optional<ProbeFailure> failure(Builder builder, ProbeAnswer answer) {
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

  private static final class FailureException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient ProbeFailure failure;

    FailureException(ProbeFailure failure) {
      super(failure.message());
      this.failure = failure;
    }

    ProbeFailure failure() {
      return failure;
    }
  }

  private ProbeAnswer answer(Builder builder) throws FailureException {
    MachineAddress address = address(builder);
    Path said;
    Process process;
    try {
      said = Files.createTempFile(folder.path(), "said", "");
      ProcessBuilder starting =
          new ProcessBuilder(address.command(SHELL)).redirectError(said.toFile());
      starting.environment().clear();
      starting.environment().putAll(environment);
      starting.environment().put("LC_ALL", "C"); // what ssh says is read
      process = starting.start();
    } catch (IOException e) {
      throw new FailureException(
          new ProbeFailure(
              Kind.NO_SSH,
              "cannot be asked: " + e.getMessage(),
              "Maybe install ssh (Debian: apt-get install openssh-client)."));
    }
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
      boolean unused = process.waitFor(ENDING_SECONDS, TimeUnit.SECONDS);
      return answer;
    } catch (IOException | ProbeAnswer.UnreadableException e) {
      throw new FailureException(failure(builder, address, process, said, isLate.get(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException(
          new ProbeFailure(Kind.OTHER, "was not asked to the end", "Maybe ask again."));
    } finally {
      deadline.cancel(false);
      NixProgram.end(process);
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
  private ProbeFailure failure(
      Builder builder,
      MachineAddress address,
      Process process,
      Path file,
      boolean isLate,
      Exception reason) {
    if (isLate) {
      return ProbeFailure.timeout(seconds + PATIENCE_SECONDS);
    }
    String said;
    int status;
    try {
      if (!process.waitFor(ENDING_SECONDS, TimeUnit.SECONDS)) {
        NixProgram.end(process);
      }
      status = process.isAlive() ? 0 : process.exitValue();
      said = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ProbeFailure.ofSsh("", address, seconds, false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ProbeFailure.ofSsh("", address, seconds, false);
    }
    boolean isSilent =
        reason instanceof ProbeAnswer.UnreadableException unreadable && unreadable.isSilent();
    if (isSilent && (status != SSH_FAILED || address.ssh().isEmpty())) {
      String greeting = String.valueOf(reason.getMessage());
      return ProbeFailure.noShell(greeting.isEmpty() ? ProbeFailure.lastLine(said) : greeting);
    }
    if (isSilent || status == SSH_FAILED) {
      return ProbeFailure.ofSsh(said, address, seconds, builder.connection().hostKey().isPresent());
    }
    return new ProbeFailure(
        Kind.OTHER,
        "answers what cannot be understood: " + reason.getMessage(),
        "Maybe what its shell starts writes in between: " + address.login() + " true.");
  }

  private MachineAddress address(Builder builder) throws FailureException {
    Optional<Path> key = builder.connection().key().map(Path::of);
    if (key.isPresent() && !Files.isReadable(key.get())) {
      throw new FailureException(
          new ProbeFailure(
              Kind.BAD_KEY,
              "is written down with the key "
                  + key.get()
                  + ", which "
                  + (Files.exists(key.get()) ? "cannot be read" : "is not on this machine"),
              "Maybe ask as who runs Nix, mostly root, or name another key."));
    }
    try {
      return MachineAddress.strict(builder, seconds, knownHosts(builder), environment);
    } catch (InputException e) {
      throw new FailureException(
          new ProbeFailure(
              Kind.BAD_URI,
              "has a URI that ssh does not reach: " + builder.uri().orElse(""),
              "Maybe name it as ssh does: ssh-ng://user@board, or ssh-ng://user@board:2222."));
    }
  }

  /** A file with the host key that is written down, if one is; for whatever name ssh looks up. */
  private Optional<Path> knownHosts(Builder builder) throws FailureException {
    Optional<String> written = builder.connection().hostKey();
    if (written.isEmpty()) {
      return Optional.empty();
    }
    String key = new String(Base64.getDecoder().decode(written.get()), StandardCharsets.ISO_8859_1);
    if (!PUBLIC_KEY.matcher(key).matches()) {
      throw new FailureException(
          new ProbeFailure(
              Kind.BAD_HOST_KEY,
              "is written down with a host key that is none, but the base64 of something else",
              "Maybe it is what base64 -w0 /etc/ssh/ssh_host_ed25519_key.pub says on that"
                  + " machine."));
    }
    try {
      Path file = Files.createTempFile(folder.path(), "known_hosts", "");
      return Optional.of(Files.writeString(file, "* " + key.strip() + "\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

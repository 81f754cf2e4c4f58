package dev.crossplan.planner.remote;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.NixProgram;
import dev.crossplan.planner.instance.TemporaryFolder;
import dev.crossplan.planner.remote.ProbeFailure.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A command that a builder executes, as Nix would reach it: over the ssh of this machine, which
 * never asks for a password, and only where the host key is known.
 */
final class BuilderCommand implements AutoCloseable {
  private static final int ENDING_SECONDS = 5;

  /** A line of a file such as {@code ssh_host_ed25519_key.pub}; what follows is a comment. */
  private static final Pattern PUBLIC_KEY =
      Pattern.compile("[a-z][A-Za-z0-9@.-]{1,60} [A-Za-z0-9+/]{16,}=*(?: [^\\n]*)?\\s*");

  private final Builder builder;
  private final MachineAddress address;
  private final int seconds;
  private final Process process;
  private final Path said;

  private BuilderCommand(
      Builder builder, MachineAddress address, int seconds, Process process, Path said) {
    this.builder = builder;
    this.address = address;
    this.seconds = seconds;
    this.process = process;
    this.said = said;
  }

  /** A builder cannot be asked. */
  static final class FailureException extends Exception {
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

  /**
   * Starts one; {@link #close} ends it.
   *
   * @param seconds to wait for the builder to let us in
   * @param folder for what ssh says, and a file of host keys
   * @param environment of ssh, with {@code NIX_SSHOPTS}
   */
  static BuilderCommand start(
      Builder builder,
      List<String> command,
      int seconds,
      TemporaryFolder folder,
      ImmutableMap<String, String> environment)
      throws FailureException {
    MachineAddress address = address(builder, seconds, folder, environment);
    try {
      Path said = Files.createTempFile(folder.path(), "said", "");
      ProcessBuilder starting =
          new ProcessBuilder(address.command(command)).redirectError(said.toFile());
      starting.environment().clear();
      starting.environment().putAll(environment);
      starting.environment().put("LC_ALL", "C"); // what ssh says is read
      return new BuilderCommand(builder, address, seconds, starting.start(), said);
    } catch (IOException e) {
      throw new FailureException(ProbeFailure.noSsh(e));
    }
  }

  /**
   * How a builder is reached.
   *
   * @see #start
   */
  static MachineAddress address(
      Builder builder,
      int seconds,
      TemporaryFolder folder,
      ImmutableMap<String, String> environment)
      throws FailureException {
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
      return MachineAddress.strict(builder, seconds, knownHosts(builder, folder), environment);
    } catch (InputException e) {
      throw new FailureException(
          new ProbeFailure(
              Kind.BAD_URI,
              "has a URI that ssh does not reach: " + builder.uri().orElse(""),
              "Maybe name it as ssh does: ssh-ng://user@board, or ssh-ng://user@board:2222."));
    }
  }

  /** A file with the host key that is written down, if one is; for whatever name ssh looks up. */
  private static Optional<Path> knownHosts(Builder builder, TemporaryFolder folder)
      throws FailureException {
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

  MachineAddress address() {
    return address;
  }

  Process process() {
    return process;
  }

  /** Waits a little for it to end by itself. */
  void awaitEnd() throws InterruptedException {
    boolean unused = process.waitFor(ENDING_SECONDS, TimeUnit.SECONDS);
  }

  /** What ssh and the command said on standard error. */
  String said() {
    try {
      return new String(Files.readAllBytes(said), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /** Whether ssh ended by itself, rather than with the command; to be asked of one that ends. */
  boolean hasSshFailed() throws InterruptedException {
    awaitEnd();
    if (process.isAlive()) {
      NixProgram.end(process);
      return false;
    }
    return process.exitValue() == MachineAddress.SSH_FAILED && !address.ssh().isEmpty();
  }

  /** Why ssh has failed. */
  ProbeFailure sshFailure() {
    return ProbeFailure.ofSsh(said(), address, seconds, builder.connection().hostKey().isPresent());
  }

  @Override
  public void close() {
    NixProgram.end(process);
  }
}

package dev.crossplan.cli;

import com.google.common.base.Joiner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A real sshd for whoever runs the tests, on a free port, with keys that nobody else has. */
final class SshServer implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/sbin/sshd");

  private final Path folder;
  private final int port;
  private final Process process;

  private SshServer(Path folder, int port, Process process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  /**
   * Starts one.
   *
   * @param folder for its files
   * @param variables of whoever logs in
   * @throws IllegalStateException if none is installed
   */
  static SshServer start(Path folder, Map<String, Path> variables)
      throws IOException, InterruptedException {
    if (!Files.isExecutable(PROGRAM)) {
      throw new IllegalStateException(
          "this test needs sshd: apt-get install openssh-server (Debian 12)");
    }
    if (System.getProperty("user.name").equals("root")) {
      Files.createDirectories(Path.of("/run/sshd")); // where root's one gives up its rights
    }
    key(folder.resolve("host"));
    key(folder.resolve("user"));
    int port = freePort();
    Path settings =
        Files.writeString(
            folder.resolve("sshd_config"),
            """
            ListenAddress 127.0.0.1
            Port %d
            HostKey %s
            AuthorizedKeysFile %s
            PidFile none
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication no
            SetEnv %s
            """
                .formatted(
                    port,
                    folder.resolve("host"),
                    folder.resolve("user.pub"),
                    Joiner.on(' ').withKeyValueSeparator('=').join(variables)));
    Process process =
        new ProcessBuilder(PROGRAM.toString(), "-D", "-e", "-f", settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("sshd.log").toFile())
            .start();
    SshServer server = new SshServer(folder, port, process);
    server.awaitAnswer();
    return server;
  }

  /** Makes a key pair; the public one is in a file ending in {@code .pub}. */
  static void key(Path file) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.toString())
            .inheritIO()
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("ssh-keygen cannot make " + file);
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    while (process.isAlive()) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    throw new IllegalStateException(
        "sshd has ended: " + Files.readString(folder.resolve("sshd.log")));
  }

  /** What {@code --host} takes. */
  String destination() {
    return System.getProperty("user.name") + "@127.0.0.1:" + port;
  }

  /** What a machines file has as URI. */
  String uri() {
    return "ssh-ng://" + destination();
  }

  int port() {
    return port;
  }

  /** The private key with which one may log in. */
  Path userKey() {
    return folder.resolve("user");
  }

  /** What a machines file has as host key. */
  String hostKey() throws IOException {
    return Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve("host.pub")));
  }

  /** Lets another key in, for one command alone. */
  void allow(Path publicKey, String command) throws IOException {
    Files.writeString(
        folder.resolve("user.pub"),
        "command=\"" + command + "\" " + Files.readString(publicKey),
        StandardOpenOption.APPEND);
  }

  /** What {@code NIX_SSHOPTS} has to be. */
  String options() {
    return "-F none -o IdentitiesOnly=yes -o StrictHostKeyChecking=accept-new -i "
        + folder.resolve("user")
        + " -o UserKnownHostsFile="
        + folder.resolve("known");
  }

  @Override
  public void close() {
    process.destroy();
  }
}

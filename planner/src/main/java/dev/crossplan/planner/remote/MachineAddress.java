package dev.crossplan.planner.remote;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.MachinesFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A machine, and how its programs are started from here: by themselves, or over ssh.
 *
 * @param machine by the name under which what it did is remembered, too
 * @param ssh the command that takes a command for the machine; empty for this one
 */
public record MachineAddress(Machine machine, ImmutableList<String> ssh) {
  /** As {@code ssh://} of OpenSSH has it. None begins with a hyphen, which would be an option. */
  private static final Pattern DESTINATION =
      Pattern.compile(
          "(?:(?<user>[A-Za-z0-9_][A-Za-z0-9_.-]*)@)?"
              + "(?<host>[A-Za-z0-9_][A-Za-z0-9_.-]*|\\[[0-9A-Fa-f:.%a-z]+])"
              + "(?::(?<port>[0-9]{1,5}))?");

  private static final Pattern URI =
      Pattern.compile("ssh(?:-ng)?://(?<destination>[^/?]*)/?(?:\\?(?<options>.*))?");

  private static final Pattern KEY = Pattern.compile("(?:^|&)ssh-key=([^&]*)");

  /** The exit status of ssh itself; any other is that of the command. */
  public static final int SSH_FAILED = 255;

  /** So long whoever is measured may take to let us in. */
  public static final int PATIENCE_SECONDS = 20;

  /** No questions are asked, and who does not answer is not waited for forever. */
  private static final ImmutableList<String> PATIENT =
      ImmutableList.of("-o", "BatchMode=yes", "-o", "ConnectTimeout=" + PATIENCE_SECONDS);

  /** The machine that crossplan runs on. */
  public static MachineAddress here() {
    return new MachineAddress(Machine.here(), ImmutableList.of());
  }

  /**
   * A machine that ssh reaches.
   *
   * @param destination {@code user@board}, {@code board:2222}
   * @param environment with {@code NIX_SSHOPTS}, options of ssh that Nix takes too
   * @throws InputException if it is no destination
   */
  public static MachineAddress ofHost(
      String destination, ImmutableMap<String, String> environment) {
    return ssh("--host " + destination, destination, PATIENT, Optional.empty(), environment);
  }

  /**
   * The machine that a builder is.
   *
   * @throws InputException if it has a URI, but not one that ssh can reach
   */
  public static MachineAddress of(Builder builder, ImmutableMap<String, String> environment) {
    return of(builder, PATIENT, environment);
  }

  /**
   * The same, reached only if it shows a host key that is known, and soon.
   *
   * @param seconds to wait for an answer
   * @param knownHosts file with the only keys that it may show; empty for those that ssh knows
   * @throws InputException if it has a URI, but not one that ssh can reach
   */
  static MachineAddress strict(
      Builder builder,
      int seconds,
      Optional<Path> knownHosts,
      ImmutableMap<String, String> environment) {
    ImmutableList.Builder<String> options = ImmutableList.builder();
    options.add("-o", "BatchMode=yes", "-o", "ConnectTimeout=" + seconds);
    // Of two values of an option ssh takes the first: NIX_SSHOPTS cannot allow more.
    options.add("-o", "StrictHostKeyChecking=yes", "-o", "LogLevel=INFO");
    knownHosts.ifPresent(
        file ->
            options.add(
                "-o",
                "UserKnownHostsFile=\"" + file + '"',
                "-o",
                "GlobalKnownHostsFile=/dev/null"));
    return of(builder, options.build(), environment);
  }

  private static MachineAddress of(
      Builder builder, ImmutableList<String> options, ImmutableMap<String, String> environment) {
    if (builder.isHere()) {
      return here();
    }
    String uri = builder.uri().orElseThrow();
    String what = "builder " + builder.name() + ": " + uri;
    Matcher matcher = URI.matcher(MachinesFile.withScheme(uri));
    if (!matcher.matches()) {
      throw unreachable(what);
    }
    String ofUri = matcher.group("options");
    Matcher key = KEY.matcher(ofUri == null ? "" : ofUri);
    return ssh(
        what,
        matcher.group("destination"),
        options,
        builder
            .connection()
            .key()
            .or(() -> key.find() ? Optional.of(key.group(1)) : Optional.empty()),
        environment);
  }

  private static MachineAddress ssh(
      String what,
      String destination,
      ImmutableList<String> options,
      Optional<String> key,
      ImmutableMap<String, String> environment) {
    Matcher matcher = DESTINATION.matcher(destination);
    if (!matcher.matches()) {
      throw unreachable(what);
    }
    String user = matcher.group("user");
    String host = matcher.group("host");
    String port = matcher.group("port");
    ImmutableList.Builder<String> ssh = ImmutableList.builder();
    ssh.add("ssh", "-T").addAll(options);
    ssh.addAll(
        Splitter.onPattern("\\s+")
            .omitEmptyStrings()
            .split(environment.getOrDefault("NIX_SSHOPTS", "")));
    key.ifPresent(file -> ssh.add("-i", file));
    if (port != null) {
      ssh.add("-p", port);
    }
    ssh.add("--", (user == null ? "" : user + "@") + host.replaceAll("[\\[\\]]", ""));
    return new MachineAddress(Machine.at("ssh://" + destination), ssh.build());
  }

  private static InputException unreachable(String what) {
    return new InputException(
        Visible.line(what) + ": is no machine that ssh reaches",
        "Maybe name it as ssh does: user@board, or user@board:2222.");
  }

  /** What a person types to log in: {@code ssh -p 2222 root@board}. */
  public String login() {
    int port = ssh.lastIndexOf("-p");
    return "ssh "
        + (port < 0 ? "" : "-p " + ssh.get(port + 1) + " ")
        + (ssh.isEmpty() ? "localhost" : ssh.get(ssh.size() - 1));
  }

  /**
   * What another machine executes to fetch from this one; store paths follow. It knows nothing of
   * keys that are here.
   *
   * @param seconds to wait for it to let in
   */
  ImmutableList<String> copyingFrom(int seconds) {
    int port = ssh.lastIndexOf("-p");
    return ImmutableList.of(
        "env",
        "NIX_SSHOPTS=-o BatchMode=yes -o StrictHostKeyChecking=yes -o ServerAliveInterval=15"
            + " -o ConnectTimeout="
            + seconds
            + (port < 0 ? "" : " -p " + ssh.get(port + 1)),
        "nix-copy-closure",
        "--from",
        ssh.get(ssh.size() - 1));
  }

  /** The options of ssh, without the destination. */
  ImmutableList<String> options() {
    return ssh.subList(2, ssh.lastIndexOf("--"));
  }

  /** A URI of the machine without the port, which is among the {@link #options}. */
  static String withoutPort(String uri) {
    Matcher matcher = URI.matcher(MachinesFile.withScheme(uri));
    if (!matcher.matches()) {
      return uri;
    }
    Matcher destination = DESTINATION.matcher(matcher.group("destination"));
    return destination.matches() && destination.group("port") != null
        ? new StringBuilder(MachinesFile.withScheme(uri))
            .delete(
                matcher.start("destination") + destination.start("port") - 1,
                matcher.start("destination") + destination.end("port"))
            .toString()
        : uri;
  }

  /** What to execute here so that the machine executes {@code command}. */
  public ImmutableList<String> command(List<String> command) {
    if (ssh.isEmpty()) {
      return ImmutableList.copyOf(command);
    }
    // The other side has a shell take it apart again.
    String words = command.stream().map(MachineAddress::quoted).collect(Collectors.joining(" "));
    return ImmutableList.<String>builder().addAll(ssh).add(words).build();
  }

  /** A word that a shell takes as it is. */
  public static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}

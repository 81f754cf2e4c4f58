package dev.crossplan.planner.remote;

import com.google.common.base.Preconditions;
import dev.crossplan.planner.DiskSpace;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Why a builder cannot be asked, or could not build if it were.
 *
 * @param message a sentence of which the builder is the subject
 * @param remedy a sentence that starts with "Maybe"
 */
public record ProbeFailure(Kind kind, String message, String remedy) {

  /** What Nix says when there is nobody any more at the other end. */
  private static final Pattern BROKEN_OFF =
      Pattern.compile(
          "end-of-file|[Bb]roken pipe|[Cc]onnection (?:reset|closed)|disconnected unexpectedly");

  private static final Pattern UNREADABLE_KEY =
      Pattern.compile("Load key \"[^\"]*\": (?:error in libcrypto|invalid format)");

  public ProbeFailure {
    Preconditions.checkArgument(remedy.startsWith("Maybe "), "remedy: %s", remedy);
  }

  /** What goes wrong, for programs. */
  public enum Kind {
    BAD_URI,
    BAD_KEY,
    BAD_HOST_KEY,
    UNKNOWN_HOST,
    REFUSED,
    TIMEOUT,
    UNREACHABLE,
    UNKNOWN_HOST_KEY,
    CHANGED_HOST_KEY,
    WRONG_KEY,
    NO_SSH,
    NO_SHELL,
    NOISY_SHELL,
    NO_NIX,
    BROKEN_NIX,
    /** It was there, and went. */
    LOST,
    /** What it was given to build failed, and not by its own fault. */
    UNFIT,
    OTHER;

    /** Whether it may be otherwise soon though nobody does anything here. */
    public boolean mayPass() {
      return switch (this) {
        case REFUSED, TIMEOUT, UNREACHABLE, BROKEN_NIX, LOST, UNFIT, OTHER -> true;
        case BAD_URI, BAD_KEY, BAD_HOST_KEY, UNKNOWN_HOST, UNKNOWN_HOST_KEY, CHANGED_HOST_KEY ->
            false;
        case WRONG_KEY, NO_SSH, NO_SHELL, NOISY_SHELL, NO_NIX -> false;
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * What ssh means.
   *
   * @param said on standard error, in English
   * @param seconds that it was given to connect
   * @param isGivenHostKey whether the builder is written down with its host key
   */
  public static ProbeFailure ofSsh(
      String said, MachineAddress address, int seconds, boolean isGivenHostKey) {
    String login = address.login();
    if (said.contains("Could not resolve hostname")) {
      return new ProbeFailure(
          Kind.UNKNOWN_HOST,
          "has a host name that nobody knows here",
          "Maybe it is misspelt; ssh has to know it from DNS, /etc/hosts or ~/.ssh/config.");
    }
    if (said.contains("REMOTE HOST IDENTIFICATION HAS CHANGED")
        || (isGivenHostKey && said.contains("Host key verification failed"))) {
      return new ProbeFailure(
          Kind.CHANGED_HOST_KEY,
          isGivenHostKey
              ? "shows another host key than the one that is written down for it"
              : "shows another host key than the one that is known of it here",
          isGivenHostKey
              ? "Maybe it was installed anew, then take the key over: base64 -w0"
                  + " /etc/ssh/ssh_host_ed25519_key.pub says it there; or another machine answers."
              : "Maybe it was installed anew, then let ssh forget the old one (ssh-keygen -R);"
                  + " or another machine answers.");
    }
    if (said.contains("Host key verification failed") || said.contains("host key is known for")) {
      return new ProbeFailure(
          Kind.UNKNOWN_HOST_KEY,
          "shows a host key that is not known here",
          "Maybe log in once by hand, as who runs Nix, and compare it: "
              + login
              + "; or write it down: publicHostKey, the last field of a machines file.");
    }
    if (UNREADABLE_KEY.matcher(said).find()) {
      return new ProbeFailure(
          Kind.BAD_KEY,
          "is written down with a key that is none: " + keys(address),
          "Maybe it is the public key, or damaged: ssh-keygen -y -f FILE reads the private one.");
    }
    if (said.contains("Permission denied") || said.contains("Too many authentication failures")) {
      return new ProbeFailure(
          Kind.WRONG_KEY,
          "does not let us in with " + keys(address),
          "Maybe the public key is missing in the authorized_keys there; "
              + login
              + " has to work without a password.");
    }
    if (said.contains("Connection refused")) {
      return new ProbeFailure(
          Kind.REFUSED,
          "is there, but nothing listens on its port",
          "Maybe sshd does not run there, or listens elsewhere: ssh-ng://user@host:PORT.");
    }
    if (said.contains("timed out")) {
      return timeout(seconds);
    }
    if (said.contains("No route to host") || said.contains("Network is unreachable")) {
      return new ProbeFailure(
          Kind.UNREACHABLE,
          "cannot be reached: " + lastLine(said),
          "Maybe it is off, or in a network that this machine is not in.");
    }
    return new ProbeFailure(
        Kind.OTHER,
        "cannot be asked: " + (said.isBlank() ? "ssh ended without a word" : lastLine(said)),
        "Maybe see what is wrong by hand: " + login + ".");
  }

  /** There is no ssh here, or it does not start. */
  public static ProbeFailure noSsh(IOException reason) {
    return new ProbeFailure(
        Kind.NO_SSH,
        "cannot be asked: " + reason.getMessage(),
        "Maybe install ssh (Debian: apt-get install openssh-client).");
  }

  static ProbeFailure timeout(int seconds) {
    return new ProbeFailure(
        Kind.TIMEOUT,
        "does not answer within " + seconds + " s",
        "Maybe it is off, or a firewall drops what comes; --connect-timeout waits longer.");
  }

  /** It has let us in. */
  static ProbeFailure mute(int seconds) {
    return new ProbeFailure(
        Kind.TIMEOUT,
        "lets us in, but has not answered for " + seconds + " s",
        "Maybe its login shell waits for something, or it has too much to do.");
  }

  /** It answered before, but not for that long. */
  static ProbeFailure silent(Duration duration) {
    return new ProbeFailure(
        Kind.LOST,
        "has not answered for " + duration.toSeconds() + " s",
        "Maybe it stands still, or its network is cut; it is used again when it answers.");
  }

  /** It answered before, but has ended the connection. */
  static ProbeFailure hungUp(String said) {
    return new ProbeFailure(
        Kind.LOST,
        "has hung up" + (said.isEmpty() ? "" : ": " + said.replaceFirst("\\.$", "")),
        "Maybe it was switched off or started anew; it is used again when it answers.");
  }

  /**
   * What it was given to build it has not even tried, or has not given back.
   *
   * @param said by Nix
   */
  public static ProbeFailure unfit(String said) {
    if (BROKEN_OFF.matcher(said).find()) {
      return new ProbeFailure(
          Kind.UNFIT, "broke off: " + said, "Maybe it was switched off, or its Nix was ended.");
    }
    return new ProbeFailure(
        Kind.UNFIT,
        "does not build: " + (said.isEmpty() ? "Nix does not say why" : said),
        unfitRemedy(said));
  }

  private static String unfitRemedy(String said) {
    if (DiskSpace.isLackedIn(said)) {
      return "Maybe make room there (nix-collect-garbage, or where its TMPDIR is).";
    }
    if (said.contains("signature") || said.contains("not privileged")) {
      return "Maybe its Nix does not trust who logs in: trusted-users in nix.conf there.";
    }
    if (said.contains("is required to build") || said.contains("platform mismatch")) {
      return "Maybe its Nix does not know what it can run: extra-platforms in nix.conf there.";
    }
    return "Maybe ask it what it lacks: crossplan builders --probe.";
  }

  /** Nothing that would run a script was started; {@code said} is what came instead. */
  static ProbeFailure noShell(String said) {
    return new ProbeFailure(
        Kind.NO_SHELL,
        "lets us in, but runs no shell" + (said.isEmpty() ? "" : ": " + said),
        "Maybe the user has none (chsh), or its key may run one command only: command=… in"
            + " authorized_keys.");
  }

  /** Nix takes all that comes for its protocol. */
  static ProbeFailure noisy(String greeting) {
    return new ProbeFailure(
        Kind.NOISY_SHELL,
        "says \"" + greeting + "\" before it does what it is asked for, which Nix cannot use",
        "Maybe take that out of what its login shell starts with (.bashrc, .profile), or let it be"
            + " said on terminals alone.");
  }

  static ProbeFailure noNix(ProbeAnswer answer) {
    return answer
        .nixElsewhere()
        .map(
            place ->
                new ProbeFailure(
                    Kind.NO_NIX,
                    "has Nix in " + place + ", which is not on the PATH of commands over ssh",
                    "Maybe let sshd set it (SetEnv PATH=…), or put ?remote-program="
                        + place
                        + "/nix-store into an ssh:// URI."))
        .orElseGet(ProbeFailure::noNix);
  }

  static ProbeFailure noNix() {
    return new ProbeFailure(
        Kind.NO_NIX,
        "has no Nix: there is no nix-store on the PATH of commands over ssh",
        "Maybe install it there (Debian: apt-get install nix-bin; elsewhere:"
            + " https://nixos.org/download), or let sshd set the PATH (SetEnv).");
  }

  private static String keys(MachineAddress address) {
    int key = address.ssh().lastIndexOf("-i");
    return key < 0 ? "the keys that ssh has" : "the key " + address.ssh().get(key + 1);
  }

  /** The last line that says anything. */
  public static String lastLine(String said) {
    List<String> lines = said.lines().filter(line -> !line.isBlank()).toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1).strip();
  }
}

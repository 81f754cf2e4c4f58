package dev.crossplan.planner.machine;

import com.google.common.base.Preconditions;
import java.util.List;
import java.util.Locale;

/**
 * Why a builder cannot be asked, or could not build if it were.
 *
 * @param message a sentence of which the builder is the subject
 * @param remedy a sentence that starts with "Maybe"
 */
public record ProbeFailure(Kind kind, String message, String remedy) {

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
    NO_NIX,
    BROKEN_NIX,
    OTHER;

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
  static ProbeFailure ofSsh(
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

  static ProbeFailure timeout(int seconds) {
    return new ProbeFailure(
        Kind.TIMEOUT,
        "does not answer within " + seconds + " s",
        "Maybe it is off, or a firewall drops what comes; --connect-timeout waits longer.");
  }

  /** Nothing that would run a script was started; {@code said} is what came instead. */
  static ProbeFailure noShell(String said) {
    return new ProbeFailure(
        Kind.NO_SHELL,
        "lets us in, but runs no shell" + (said.isEmpty() ? "" : ": " + said),
        "Maybe the user has none (chsh), or its key may run one command only: command=… in"
            + " authorized_keys.");
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
        .orElseGet(
            () ->
                new ProbeFailure(
                    Kind.NO_NIX,
                    "has no Nix: there is no nix-store on the PATH of commands over ssh",
                    "Maybe install it there (Debian: apt-get install nix-bin; elsewhere:"
                        + " https://nixos.org/download)."));
  }

  private static String keys(MachineAddress address) {
    int key = address.ssh().lastIndexOf("-i");
    return key < 0 ? "the keys that ssh has" : "the key " + address.ssh().get(key + 1);
  }

  static String lastLine(String said) {
    List<String> lines = said.lines().filter(line -> !line.isBlank()).toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1).strip();
  }
}

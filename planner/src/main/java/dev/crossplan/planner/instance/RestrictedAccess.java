package dev.crossplan.planner.instance;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Nix does not read because its settings forbid it: {@code restrict-eval} and {@code
 * pure-eval}, "nix.conf" in the Nix manual. Whoever set them knows why, so they are left as they
 * are.
 */
public final class RestrictedAccess {
  private static final Pattern REFUSED =
      Pattern.compile(
          "access to (?:(URI)|(?:absolute |canonical )?path) '(.*?)' is forbidden in"
              + " (?:restricted|(pure))");

  private RestrictedAccess() {}

  /** Whether that is what Nix said. */
  static boolean isRefused(String said) {
    return REFUSED.matcher(said).find();
  }

  /**
   * What may help where Nix refused something: a sentence that starts with "Maybe".
   *
   * @param said by Nix, of any version
   * @param wanted of which that may be a part
   */
  public static Optional<String> remedy(String said, Optional<Path> wanted) {
    Matcher refused = REFUSED.matcher(said);
    if (!refused.find()) {
      return Optional.empty();
    }
    if (refused.group(3) != null) {
      return Optional.of(
          "Maybe pure-eval is set in nix.conf: for this run, NIX_CONFIG='pure-eval = false' has it"
              + " read.");
    }
    String remedy =
        refused.group(1) != null
            ? "allowed-uris names: add it there"
            : "NIX_PATH names: NIX_PATH=more=" + whole(refused.group(2), wanted) + ":$NIX_PATH";
    return Optional.of(
        "Maybe restrict-eval is set in nix.conf, so that Nix reads only what "
            + remedy
            + "; or, for this run, NIX_CONFIG='restrict-eval = false'.");
  }

  private static String whole(String refused, Optional<Path> wanted) {
    try {
      return wanted.filter(Path.of(refused)::startsWith).map(Path::toString).orElse(refused);
    } catch (InvalidPathException e) {
      return refused;
    }
  }
}

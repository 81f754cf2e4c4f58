package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.instance.NixMessage;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How Nix ended that was to make one thing: a build that fails speaks against its strategy, a Nix
 * that fails does not. Exit statuses are those of the Nix manual, "nix-store --realise": 100 and
 * bits for what went wrong; 1 is any other error.
 */
sealed interface NixEnding {

  /** The outputs are there. */
  record Made() implements NixEnding {}

  /**
   * The build failed.
   *
   * @param why in a line: {@code exit code 2: configure: error: …}
   * @param lasting whether it would again
   */
  record BuildFailed(String why, boolean lasting) implements NixEnding {}

  /** Somebody ended Nix by Ctrl-C, and so wants crossplan to end too. */
  record Interrupted() implements NixEnding {}

  /** Nix failed: the disk is full, a daemon is gone, a right is missing. */
  record NixFailed(BuildException reason) implements NixEnding {}

  /** Tells how Nix ended. */
  static NixEnding of(int status, String errors, ImmutableList<String> lastLines) {
    if (status == 0) {
      return new Made();
    }
    String plain = Reasons.COLOUR.matcher(errors).replaceAll("");
    if (plain.contains("interrupted by the user")) {
      return new Interrupted();
    }
    boolean isBuildFailure = status >= 100 && status < 128;
    if (!isBuildFailure || plain.contains("lack of free disk space")) {
      String said = plain.isBlank() ? "it ended with status " + status : plain;
      return new NixFailed(NixStore.failed("nix-store", said));
    }
    return Reasons.failure(plain, lastLines);
  }

  /** Reads why a build failed. */
  final class Reasons {
    private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*m");

    /** Up to 2.30 "builder for '….drv' failed with …", later "Reason: builder failed with …". */
    private static final Pattern BUILDER =
        Pattern.compile("failed (?:with (exit code \\d+)|due to (signal \\d+[^;.\\n]*))");

    private static final Pattern TIMEOUT = Pattern.compile("timed out after [^;.\\n]*");

    /** A build that is killed was in nobody's way but the machine's, which was short of memory. */
    private static final Pattern KILLED = Pattern.compile("signal (9|15)\\b.*");

    private static final int MOST_CHARS = 160;

    private Reasons() {}

    private static NixEnding failure(String errors, ImmutableList<String> lastLines) {
      Matcher builder = BUILDER.matcher(errors);
      if (builder.find()) {
        String how = Optional.ofNullable(builder.group(1)).orElseGet(() -> builder.group(2));
        return new BuildFailed(how + lastWords(lastLines), !KILLED.matcher(how).matches());
      }
      Matcher timeout = TIMEOUT.matcher(errors);
      return new BuildFailed(timeout.find() ? timeout.group() : NixMessage.shorten(errors), true);
    }

    private static String lastWords(ImmutableList<String> lastLines) {
      return lastLines.reverse().stream()
          .map(line -> Visible.line(COLOUR.matcher(line).replaceAll("").strip()))
          .filter(line -> !line.isEmpty())
          .findFirst()
          .map(line -> ": " + (line.length() > MOST_CHARS ? line.substring(0, MOST_CHARS) : line))
          .orElse("");
    }
  }
}

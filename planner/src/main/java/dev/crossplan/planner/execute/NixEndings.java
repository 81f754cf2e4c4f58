package dev.crossplan.planner.execute;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.DiskSpace;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.NixMessage;
import dev.crossplan.planner.remote.ProbeFailure;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tells how Nix ended from its exit status and its words. Statuses are those of the Nix manual,
 * "nix-store --realise": 100 and bits for what went wrong with a build, 1 for any other error.
 */
final class NixEndings {
  /** A program that a signal ended has this status and the signal's number. */
  private static final int SIGNAL = 128;

  /** Of a program that Ctrl-C ended before it could say so. */
  private static final int SIGINT = SIGNAL + 2;

  private static final int MOST_CHARS = 160;
  private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*[A-Za-z]");

  /** What a daemon of Nix adds to its message: words of the build, not of Nix. */
  private static final Pattern LOG =
      Pattern.compile("(?m)^\\s*[lL]ast \\d+ log lines:\\n(?:\\s*>.*(?:\\n|\\z))*");

  /**
   * Also of a download that fails, with status 1 since it might succeed at another time.
   *
   * <p>Up to 2.30 "builder for '….drv' failed with …", later "Reason: builder failed with …".
   */
  private static final Pattern BUILDER =
      Pattern.compile("failed (?:with (exit code \\d+)|due to (signal \\d+[^;.\\n]*))");

  /** What make says last, whatever has failed. */
  private static final Pattern FOLDER =
      Pattern.compile("g?make(\\[\\d+])?: (Entering|Leaving) directory .*");

  /** Below a line of code, where a compiler finds fault with it. */
  private static final Pattern MARKED = Pattern.compile("[|~^ ]+");

  private static final Pattern TIMEOUT = Pattern.compile("timed out after [^;.\\n]*");

  /** A build that is killed was in nobody's way but the machine's, which was short of memory. */
  private static final Pattern KILLED = Pattern.compile("(signal (9|15)|exit code 137)\\b.*");

  /** A build that ran, but whose outputs Nix did not take: mostly status 1. */
  private static final Pattern OUTPUTS =
      Pattern.compile(
          "failed to produce output path|hash mismatch in fixed-output derivation"
              + "|is not allowed to refer to|illegal reference specifier"
              + "|cycle detected in build|suspicious ownership or permission");

  /** Nix up to 2.1x ends at a line of a build that starts with "@nix " and is none of its own. */
  private static final Pattern STRAY_MESSAGE =
      Pattern.compile("(?m)^error: \\[json\\.exception\\..*");

  /** What is no fault of the build, though from Nix 2.3x on the status may say so. */
  private static final Pattern MACHINE =
      Pattern.compile(
          "lack of free disk space|No space left on device|Disk quota exceeded"
              + "|platform mismatch|missing system features|is required to build");

  /** Of the build hook: what the Nix of another machine says of a build there. */
  private static final Pattern OTHER_NIX =
      Pattern.compile("build of '[^']*' on '[^']*' failed:\\s*(.*)", Pattern.DOTALL);

  /** Of the Nix that started the hook, whatever became of that. */
  private static final Pattern HOOK_FAILED =
      Pattern.compile(
          "^(?:error: *)?(?:(?:builder for|Cannot build) '[^']*\\.drv'"
              + "|unable to start any build)");

  private NixEndings() {}

  /**
   * Tells how Nix ended.
   *
   * @param action what it was to do
   * @param messages what it said of errors
   * @param lastLines of the output of the build
   */
  static NixEnding of(
      Action action, int status, ImmutableList<String> messages, ImmutableList<String> lastLines) {
    if (status == 0) {
      return new NixEnding.Made();
    }
    List<String> words = messages.stream().map(NixEndings::wordsOfNix).toList();
    String plain = String.join("\n", words);
    String last = words.isEmpty() ? "" : words.get(words.size() - 1);
    if (action == Action.BUILD && STRAY_MESSAGE.matcher(last).find()) {
      return new NixEnding.BuildFailed(
          "it writes a line that starts with @nix, at which this Nix ends: "
              + NixMessage.shorten(last),
          true);
    }
    if (status == SIGINT || last.contains("interrupted by the user")) {
      return new NixEnding.Interrupted();
    }
    if (status > SIGNAL) {
      return new NixEnding.NixFailed(NixStore.killed(status - SIGNAL, NixMessage.shorten(plain)));
    }
    boolean isOfMachine = MACHINE.matcher(plain).find();
    if (action == Action.SUBSTITUTE && status == 1 && !isOfMachine) {
      return new NixEnding.BuildFailed("no cache gives it: " + NixMessage.shorten(plain), false);
    }
    // What a daemon builds ends with status 1, however it ends.
    boolean isOfBuild = (status >= 100 && status < 128) || tellsOfBuild(plain);
    return isOfBuild && !isOfMachine
        ? buildFailed(plain, lastLines)
        : new NixEnding.NixFailed(
            NixStore.failed(
                "nix-store", plain.isBlank() ? "it ended with status " + status : plain));
  }

  private static boolean tellsOfBuild(String plain) {
    return BUILDER.matcher(plain).find()
        || TIMEOUT.matcher(plain).find()
        || OUTPUTS.matcher(plain).find();
  }

  private static NixEnding buildFailed(String plain, ImmutableList<String> lastLines) {
    Matcher builder = BUILDER.matcher(plain);
    if (builder.find()) {
      String how = Optional.ofNullable(builder.group(1)).orElseGet(() -> builder.group(2));
      boolean isOfThisTime = wasKilled(how) || lastLines.stream().anyMatch(DiskSpace::isLackedIn);
      return new NixEnding.BuildFailed(how + lastWords(lastLines), !isOfThisTime);
    }
    Matcher timeout = TIMEOUT.matcher(plain);
    return new NixEnding.BuildFailed(
        timeout.find() ? timeout.group() : NixMessage.shorten(plain), true);
  }

  /**
   * The same of a build that another machine was to do. Only what that machine's own Nix says of
   * the build speaks against it: everything else that goes wrong, from ssh to a disk that is full,
   * is of the machine or the way to it.
   *
   * @see #of
   */
  static NixEnding elsewhere(
      int status, ImmutableList<String> messages, ImmutableList<String> lastLines) {
    NixEnding here = of(Action.BUILD, status, messages, lastLines);
    boolean isOfHere =
        here instanceof NixEnding.Made || here instanceof NixEnding.Interrupted || status > SIGNAL;
    if (isOfHere) {
      return here;
    }
    List<String> words = messages.stream().map(NixEndings::wordsOfNix).toList();
    Optional<String> ofBuild =
        words.stream()
            .map(OTHER_NIX::matcher)
            .filter(Matcher::find)
            .map(other -> other.group(1))
            .findFirst();
    boolean isOfMachine =
        ofBuild.filter(MACHINE.asPredicate()).isPresent()
            || lastLines.stream().anyMatch(DiskSpace::isLackedIn);
    if (ofBuild.filter(NixEndings::tellsOfBuild).isPresent() && !isOfMachine) {
      return buildFailed(ofBuild.get(), lastLines);
    }
    return new NixEnding.BuilderFailed(
        ProbeFailure.unfit(
            lackOfRoom(status, messages, lastLines)
                .orElseGet(() -> NixMessage.shorten(ofBuild.orElseGet(() -> ofHook(words))))));
  }

  /** What this Nix says last is only that its hook has failed. */
  private static String ofHook(List<String> words) {
    String others =
        words.stream()
            .filter(message -> !HOOK_FAILED.matcher(message).find())
            .collect(Collectors.joining("\n"));
    return others.isBlank() ? String.join("\n", words) : others;
  }

  /**
   * Who said that there was no room; empty if nobody did.
   *
   * @see #of
   */
  static Optional<String> lackOfRoom(
      int status, ImmutableList<String> messages, ImmutableList<String> lastLines) {
    if (status == 0) {
      return Optional.empty();
    }
    String plain = messages.stream().map(NixEndings::wordsOfNix).collect(Collectors.joining("\n"));
    Optional<String> ofBuild =
        lastLines.reverse().stream()
            .filter(DiskSpace::isLackedIn)
            .findFirst()
            .map(line -> "its build says: " + shown(line));
    if (ofBuild.isPresent()) {
      return ofBuild;
    }
    return plain
        .lines()
        .filter(DiskSpace::isLackedIn)
        .findFirst()
        .map(line -> "Nix says: " + withoutKind(line));
  }

  private static String withoutKind(String line) {
    return line.strip().replaceFirst("^(note|error):\\s*", "");
  }

  /** Whether a build failed because its builder was killed. */
  static boolean wasKilled(String why) {
    return KILLED.matcher(why).matches();
  }

  private static String wordsOfNix(String message) {
    return LOG.matcher(COLOUR.matcher(message).replaceAll("")).replaceAll("");
  }

  /**
   * What is to be read of a line. Where no builder can be started, Nix up to 2.1x has between other
   * bytes why ("executing '….sh': No such file or directory").
   */
  private static String words(String line) {
    return Splitter.on('\0')
        .splitToStream(line)
        .max(Comparator.comparingInt(String::length))
        .orElse("");
  }

  private static String lastWords(ImmutableList<String> lastLines) {
    return lastLines.reverse().stream()
        .map(NixEndings::shown)
        .filter(
            line ->
                !line.isEmpty()
                    && !FOLDER.matcher(line).matches()
                    && !MARKED.matcher(line).matches())
        .findFirst()
        .map(line -> ": " + line)
        .orElse("");
  }

  private static String shown(String line) {
    String plain = Visible.line(words(COLOUR.matcher(line).replaceAll("")).strip());
    return plain.length() > MOST_CHARS ? plain.substring(0, MOST_CHARS) : plain;
  }
}

package dev.crossplan.planner.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.JsonProblem;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Entry;
import dev.crossplan.planner.history.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Nix writes with {@code --log-format internal-json}. No version up to 2.34 writes
 * times, so they are those that another program put in front of each line, or those at which lines
 * arrive.
 *
 * <p>The activity of a build stops however the build ends. That it was done is counted when it
 * ends, by the activity of all builds, which does not say whose end that is ({@link BuildEnds}).
 * Which one failed, and why, a message tells that may be the last of the log; Nix 2.8 stops it only
 * then, so a failed build may seem longer than it was.
 */
final class NixLogReader {
  /** Less than this has no meaning between two lines that arrive. */
  private static final double SHORTEST_SECONDS = 0.1;

  /** A part of how long a build took: the same one varies by as much. */
  private static final double MOST_DOUBT = 0.1;

  private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*m");

  /** {@code builder for '….drv' failed with exit code 2} up to 2.29, since then on lines. */
  private static final Pattern FAILURE =
      Pattern.compile(
          "(?:builder for|Cannot build) '(?<derivation>/[^']+[.]drv)'"
              + "(?: (?<first>failed[^;\\n]*)|[.]?\\s+Reason: (?<reason>[^\\n]*?)[.]?(?=\\n|$))");

  private static final String NO_TIMES =
      "Maybe read it live: nix build --log-format internal-json 2>&1 | crossplan history import -;"
          + " or have ts put a time in front of each line: … 2>&1 | ts %.s > build.log";

  private static final String MANY_TARGETS =
      "builds of which the log does not tell when they ended, as it is with several targets at once";

  private static final String DAMAGED = "Maybe another program wrote into the same line.";

  /** What an activity of all builds has counted. */
  private record Progress(int done, int failed) {}

  private final String source;
  private final Optional<Arrivals> arrivals;
  private final ZoneId zone;
  private final Machine here;
  private final Function<StorePath, Optional<Derivation>> derivations;
  private final BuildSink sink;
  private final Map<Long, LoggedBuild> running = new HashMap<>();
  private final Map<Long, Progress> progressByActivity = new HashMap<>();
  private final Map<String, String> reasons = new HashMap<>();
  private final BuildEnds ends = new BuildEnds();

  /**
   * @param source what messages call the log
   * @param arrivals of lines as Nix writes them; empty where it has written them before
   * @param zone of times that name none
   * @param here the machine that Nix ran on
   * @param derivations those that are still to be had tell more than their names
   */
  NixLogReader(
      String source,
      Optional<Arrivals> arrivals,
      ZoneId zone,
      Machine here,
      Function<StorePath, Optional<Derivation>> derivations,
      BuildSink sink) {
    this.source = source;
    this.arrivals = arrivals;
    this.zone = zone;
    this.here = here;
    this.derivations = derivations;
    this.sink = sink;
  }

  /**
   * Reads all of it.
   *
   * @throws InputException if a line has no time, or is damaged; the last may be cut off. If there
   *     are lines and none is of Nix; a Nix that is read live may have nothing to say at all
   */
  void read(InputStream in) throws IOException {
    Lines lines = new Lines(source, in);
    boolean isSilent = true;
    boolean isOfNix = false;
    for (String text = lines.next(); text != null; text = lines.next()) {
      Optional<LogLine> line = LogLine.of(text);
      isSilent = false;
      if (line.isPresent()) {
        isOfNix = true;
        Arrival time = time(line.get(), lines);
        @Nullable LogEvent event = event(line.get(), lines);
        if (event != null) {
          take(event, time);
        }
      }
    }
    if (!isOfNix && !(arrivals.isPresent() && isSilent)) {
      throw new InputException(
          source + ":1: no line here or below is one of Nix: @nix {…}",
          "Maybe Nix wrote it without --log-format internal-json, or --from is another.");
    }
    running.values().forEach(build -> sink.skip("builds that the log does not tell the end of"));
    ends.resolve(build -> !reasons.containsKey(build.derivation().toString()));
    ends.takeKnown().forEach(this::tellBuilt);
    ends.unknown().forEach(build -> sink.skip(MANY_TARGETS));
    ends.others().forEach(this::decide);
  }

  private Arrival time(LogLine line, Lines lines) {
    if (line.prefix().isEmpty()) {
      return arrivals
          .map(Arrivals::last)
          .orElseThrow(
              () ->
                  new InputException(
                      lines.place() + ": the line has no time, and Nix writes none into its logs",
                      NO_TIMES));
    }
    return line.time(zone)
        .map(Arrival::at)
        .orElseThrow(
            () ->
                new InputException(
                    lines.place() + ": what stands before @nix is no time: " + line.prefix(),
                    "Maybe have ts write seconds: ts %.s"));
  }

  private static @Nullable LogEvent event(LogLine line, Lines lines) throws IOException {
    try {
      return LogEvent.read(line.json());
    } catch (JsonProcessingException e) {
      if (!lines.isWhole()) {
        return null;
      }
      throw new InputException(lines.place() + ": " + JsonProblem.describe(e), DAMAGED, e);
    }
  }

  private void take(LogEvent event, Arrival time) {
    switch (event.kind()) {
      case "start 104" -> progressByActivity.put(event.id(), new Progress(0, 0));
      case "start 105" -> start(event, time);
      case "result 101", "result 104" -> {
        LoggedBuild build = running.get(event.id());
        if (build != null) {
          if (event.kind().equals("result 104")) {
            build.enter(event.field(0), time);
          }
          ends.seeAlive(build);
        }
      }
      case "result 105" -> count(event, time);
      case "stop" -> {
        LoggedBuild build = running.remove(event.id());
        if (build != null) {
          ends.stop(build, time);
        } else if (progressByActivity.containsKey(event.id())) {
          ends.settle();
        }
        ends.takeKnown().forEach(this::tellBuilt);
      }
      case "msg" -> noteFailure(event);
      default -> {
        // of no build
      }
    }
  }

  private void start(LogEvent event, Arrival time) {
    Optional<StorePath> derivation = derivation(event.field(0));
    if (derivation.isEmpty()) {
      sink.skip("builds of no derivation");
      return;
    }
    Machine machine = event.field(1).isEmpty() ? here : Machine.at(event.field(1));
    for (LoggedBuild outer : running.values()) {
      if (outer.isCounted() && outer.derivation().equals(derivation.get())) {
        outer.leaveToMachine();
        machine = outer.machine();
      }
    }
    LoggedBuild build = new LoggedBuild(derivation.get(), machine, time);
    running.put(event.id(), build);
    ends.start(build);
    ends.takeKnown().forEach(this::tellBuilt);
  }

  private static Optional<StorePath> derivation(String path) {
    try {
      StorePath derivation = StorePath.parse(path);
      return derivation.isDerivation() ? Optional.of(derivation) : Optional.empty();
    } catch (InputException e) {
      return Optional.empty();
    }
  }

  /** The activity of all builds tells how many are done, expected, running, and failed. */
  private void count(LogEvent event, Arrival time) {
    Progress before = progressByActivity.get(event.id());
    if (before != null) {
      Progress now = new Progress(number(event.field(0)), number(event.field(3)));
      progressByActivity.put(event.id(), now);
      if (now.failed() > before.failed()) {
        ends.fail();
      }
      for (int done = before.done(); done < now.done(); done++) {
        ends.finish(time);
      }
      ends.takeKnown().forEach(this::tellBuilt);
    }
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private void tellBuilt(LoggedBuild build) {
    if (build.isCounted()) {
      tell(build, Optional.empty());
    }
  }

  private void noteFailure(LogEvent event) {
    if (event.level() != 0) {
      return;
    }
    Matcher failure = FAILURE.matcher(COLOUR.matcher(event.message()).replaceAll(""));
    while (failure.find()) {
      String reason =
          failure.group("first") == null ? failure.group("reason") : failure.group("first");
      reasons.putIfAbsent(failure.group("derivation"), reason.strip());
    }
  }

  private void decide(LoggedBuild build) {
    if (!build.isCounted()) {
      return;
    }
    @Nullable String reason = reasons.get(build.derivation().toString());
    if (reason == null) {
      sink.skip("builds that were stopped");
    } else {
      tell(build, Optional.of(reason));
    }
  }

  private void tell(LoggedBuild build, Optional<String> reason) {
    if (arrivals.isPresent()) {
      if (build.seconds() < SHORTEST_SECONDS) {
        sink.skip("builds shorter than " + SHORTEST_SECONDS + " s, too short to be measured");
        return;
      }
      // of what failed the time does not matter, if it failed just now
      if (reason.isEmpty() && build.doubt() > MOST_DOUBT * build.seconds()) {
        sink.skip("builds begun before the log was read, whose time may be off by over 10 %");
        return;
      }
    }
    Circumstances circumstances = Circumstances.UNKNOWN.withPhases(build.phases());
    BuildFacts facts = facts(build);
    sink.add(
        Entry.imported(
            ReportFormat.INTERNAL_JSON.toString(),
            facts.action(),
            facts.timing(build.machine(), build.started(), build.seconds(), circumstances),
            reason));
  }

  private BuildFacts facts(LoggedBuild build) {
    String name = build.derivation().derivationName();
    boolean isHere = build.machine().equals(Machine.here());
    return derivations
        .apply(build.derivation())
        .map(derivation -> BuildFacts.of(name, derivation, isHere))
        .orElseGet(() -> BuildFacts.of(name));
  }
}

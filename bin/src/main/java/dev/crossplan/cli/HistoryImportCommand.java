package dev.crossplan.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.base.MoreObjects;
import com.google.common.base.Throwables;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.UncheckedExecutionException;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.crossplan.planner.IndentedJson;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.InputFile;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.history.Entry;
import dev.crossplan.planner.history.History;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.report.Arrivals;
import dev.crossplan.planner.report.BuildSink;
import dev.crossplan.planner.report.ReportFormat;
import dev.crossplan.planner.report.ReportReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code crossplan history import}: takes over what other tools know of builds. */
@Command(
    name = "import",
    description = {
      "Adds what other tools know of builds, all files or none of them; only of a log that is read"
          + " while it is written, each build is kept when it ends. What is known already is not"
          + " added twice.",
      "",
      "  nom            build-reports.csv of nix-output-monitor",
      "  internal-json  a log of Nix, read while it is written (nix build --log-format"
          + " internal-json 2>&1 | crossplan history import -), or with times before its lines (ts"
          + " %%.s)",
      "  hydra          builds as JSON: /build/ID, /eval/ID/builds",
      "  crossplan      what history export wrote",
      ""
    })
final class HistoryImportCommand implements Callable<Integer> {
  private static final Path STANDARD_INPUT = Path.of("/proc/self/fd/0");

  @Mixin private CommonOptions options;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Plain or gzip; - is standard input.")
  private List<Path> files;

  @Option(
      names = "--from",
      paramLabel = "TOOL",
      description = "What wrote them: ${COMPLETION-CANDIDATES} (default: told by the beginning).")
  private @Nullable ReportFormat from;

  @Option(
      names = "--machine",
      paramLabel = "HOST",
      description =
          "What built where a file does not say (default: this machine; for Hydra, hydra).")
  private @Nullable String machine;

  @Override
  public Integer call() {
    CommonOptions.Format format =
        options.format(CommonOptions.Format.TEXT, CommonOptions.Format.JSON);
    OutputTarget output = options.output();
    List<Imported> imported = new ArrayList<>();
    try (History history = HistoryCommand.open()) {
      List<Reading> readings = new ArrayList<>();
      try {
        for (Path file : files) { // all of them, before any of it is kept
          readings.add(read(file, history));
        }
        imported.addAll(finish(readings, history));
      } finally {
        readings.forEach(reading -> reading.intake().close());
      }
    }
    switch (format) {
      case JSON -> output.write(out -> writeJson(out, imported));
      default -> output.write(String.join("", imported.stream().map(Imported::toString).toList()));
    }
    return ExitStatus.DONE;
  }

  /** A file that was read. */
  private record Reading(String name, ReportFormat format, Intake intake) {
    Imported imported(int added) {
      return new Imported(name, format, added, intake.taken - added, intake.skipped);
    }
  }

  /** Adds at once what was not stored when it was read: the disk may be full after the first. */
  private static List<Imported> finish(List<Reading> readings, History history) {
    List<Integer> before =
        readings.stream().map(reading -> reading.intake().storedBefore()).toList();
    List<Integer> added =
        history.addAll(readings.stream().map(reading -> reading.intake().entries).toList());
    List<Imported> imported = new ArrayList<>();
    for (int i = 0; i < readings.size(); i++) {
      imported.add(readings.get(i).imported(before.get(i) + added.get(i)));
    }
    return imported;
  }

  private Reading read(Path file, History history) {
    boolean isStandardInput = InputFile.isStandardInput(file);
    boolean live = !Files.isRegularFile(isStandardInput ? STANDARD_INPUT : file);
    String name = InputFile.name(file);
    Optional<Arrivals> arrivals =
        live ? Optional.of(new Arrivals(Clock.systemUTC(), started())) : Optional.empty();
    ReportReader reader =
        new ReportReader(
            Optional.ofNullable(from),
            Optional.ofNullable(machine).map(Machine::new),
            arrivals,
            Clock.system(ZoneId.systemDefault()));
    Intake intake = new Intake(history, live);
    try {
      ReportFormat format =
          InputFile.read(
              file,
              in -> arrivals.map(all -> all.watch(in)).orElse(in),
              in -> reader.read(name, in, intake));
      return new Reading(name, format, intake);
    } catch (RuntimeException e) {
      intake.close();
      throw e instanceof InputException wrong && files.size() > 1
          ? new InputException(
              wrong.getMessage() + "; nothing of the other files is added either",
              wrong.remedy().orElse(null),
              wrong)
          : e;
    }
  }

  /** When a shell started this program, and at the same time what writes into its pipe. */
  private static Instant started() {
    return ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
  }

  /**
   * Collects what a file tells, so that others wait for the history only while it is stored. A log
   * that is read live may go on for hours and end by Ctrl-C: each build is stored when it ends, in
   * the background, since lines count when they arrive.
   */
  private static final class Intake implements BuildSink, AutoCloseable {
    private final History history;
    private final boolean live;

    /** The only thread that writes: a history is for one at a time. */
    private final ExecutorService storing = Executors.newSingleThreadExecutor();

    private final List<Future<?>> stored = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Integer> skipped = new TreeMap<>();
    private final AtomicInteger added = new AtomicInteger();
    private int taken;

    Intake(History history, boolean live) {
      this.history = history;
      this.live = live;
    }

    @Override
    public void add(Entry entry) {
      taken++;
      if (live && entry.origin().equals(ReportFormat.INTERNAL_JSON.toString())) {
        stored.add(storing.submit(() -> added.addAndGet(history.addAll(List.of(entry)))));
      } else {
        entries.add(entry);
      }
    }

    @Override
    public void skip(String why) {
      skipped.merge(why, 1, Integer::sum);
    }

    /** Waits for what is stored in the background, and tells how many of it were new. */
    int storedBefore() {
      try {
        stored.forEach(Futures::getUnchecked);
      } catch (UncheckedExecutionException e) {
        Throwables.throwIfUnchecked(MoreObjects.firstNonNull(e.getCause(), e));
        throw e;
      }
      return added.get();
    }

    /** What is being stored is stored to its end. */
    @Override
    public void close() {
      storing.shutdown();
      Uninterruptibles.awaitTerminationUninterruptibly(storing);
    }
  }

  /**
   * What became of a file.
   *
   * @param skipped how many, by reason
   */
  private record Imported(
      String file, ReportFormat format, int added, int known, Map<String, Integer> skipped) {
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      text.append(
          String.format(
              Locale.ROOT,
              "%s (%s): %,d new, %,d known%n",
              Visible.line(file),
              format,
              added,
              known));
      skipped.forEach(
          (why, number) ->
              text.append(String.format(Locale.ROOT, "  left out %,d: %s%n", number, why)));
      return text.toString();
    }
  }

  private static void writeJson(OutputStream out, List<Imported> imported) throws IOException {
    try (JsonGenerator json = IndentedJson.on(out)) {
      json.writeStartObject();
      json.writeArrayFieldStart("files");
      for (Imported each : imported) {
        json.writeStartObject();
        json.writeStringField("file", each.file());
        json.writeStringField("from", each.format().toString());
        json.writeNumberField("new", each.added());
        json.writeNumberField("known", each.known());
        json.writeObjectFieldStart("leftOut");
        for (Map.Entry<String, Integer> skipped : each.skipped().entrySet()) {
          json.writeNumberField(skipped.getKey(), skipped.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }
}

package dev.crossplan.planner.report;

import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Entry;
import dev.crossplan.planner.history.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads build-reports.csv of nix-output-monitor. From 2.1.7 on (lib/NOM/Update/Monad/
 * CacheBuildReports.hs) it has a header; a row is a build, told when it ended. Before, it had none;
 * a row was a host and a name with the moving average of its builds, and no time. Seconds are
 * whole, rounded down. Only what succeeded is in it.
 */
final class NomReports {
  static final String HEADER = "hostname,derivation name,utc time,build seconds";

  private static final String REMEDY =
      "Maybe it is no build-reports.csv of nix-output-monitor, or --from is another.";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private final String source;
  private final Machine here;
  private final BuildSink sink;

  /**
   * @param source what messages call the file
   * @param here the machine that nix-output-monitor ran on
   */
  NomReports(String source, Machine here, BuildSink sink) {
    this.source = source;
    this.here = here;
    this.sink = sink;
  }

  /**
   * Reads all of it.
   *
   * @throws InputException if a row is none of a report, or there is none, not even a header
   */
  void read(InputStream in) throws IOException {
    Rows rows = new Rows(source, in, REMEDY);
    boolean hasTimes = false;
    boolean isEmpty = true;
    for (CSVRecord row = rows.next(); row != null; row = rows.next()) {
      isEmpty = false;
      if (row.getRecordNumber() == 1 && String.join(",", row.values()).equals(HEADER)) {
        hasTimes = true;
      } else if (row.size() != (hasTimes ? 4 : 3)) {
        throw rows.problem(
            hasTimes ? "not " + HEADER : "not host,name,seconds, and there was no header");
      } else {
        int seconds = seconds(rows, row.get(row.size() - 1));
        Instant started = hasTimes ? end(rows, row.get(2)).minusSeconds(seconds) : Instant.EPOCH;
        sink.add(entry(row.get(0), name(rows, row.get(1)), started, seconds));
      }
    }
    if (isEmpty) {
      throw new InputException(source + ":1: neither " + HEADER + " nor a build is there", REMEDY);
    }
  }

  private static String name(Rows rows, String text) {
    if (!StorePath.isName(text)) {
      throw rows.problem("no derivation has that name: " + Visible.line(text));
    }
    return text;
  }

  private static int seconds(Rows rows, String text) {
    try {
      int seconds = Integer.parseInt(text);
      if (seconds >= 0) {
        return seconds;
      }
    } catch (NumberFormatException e) {
      // told below, with what is out of range
    }
    throw rows.problem("the seconds are no whole number from 0: " + text);
  }

  private static Instant end(Rows rows, String text) {
    try {
      return LocalDateTime.parse(text, TIME).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw rows.problem("the time is not as 2026-11-28 09:56:43: " + text);
    }
  }

  private Entry entry(String host, String derivation, Instant started, int seconds) {
    Machine machine = host.isEmpty() ? here : machine(host);
    BuildFacts facts = BuildFacts.of(derivation);
    return Entry.imported(
        ReportFormat.NOM.toString(),
        facts.action(),
        facts.timing(machine, started, seconds, Circumstances.UNKNOWN),
        Optional.empty());
  }

  /** {@code root@board} since 2.1.7, {@code ssh://root@board} before. */
  private static Machine machine(String host) {
    return host.contains("://")
        ? Machine.at(host)
        : new Machine(host.substring(host.lastIndexOf('@') + 1));
  }
}

package dev.crossplan.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.github.freva.asciitable.ColumnData;
import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.IndentedJson;
import dev.crossplan.planner.Seconds;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Entry;
import dev.crossplan.planner.history.EntryFilter;
import dev.crossplan.planner.history.History;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.report.EntryJson;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code crossplan history list}: what was built, the last first. */
@Command(
    name = "list",
    description = {"Lists what was built and what failed, the last first.", ""})
final class HistoryListCommand implements Callable<Integer> {
  private static final DateTimeFormatter WHEN =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneId.systemDefault());

  @Mixin private CommonOptions options;
  @Mixin private EntryOptions chosen;
  @Spec private CommandSpec command;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PACKAGE",
      description = "Only this one (default: all).")
  private @Nullable String packageName;

  @Option(
      names = "--since",
      paramLabel = "MOMENT",
      converter = Moment.class,
      description = "Only what began since: 2026-11-28, or 12h, 90d, 3w ago.")
  private @Nullable Instant since;

  @Option(
      names = "--limit",
      paramLabel = "NUMBER",
      defaultValue = "50",
      description = "At most so many; 0 for all (default: ${DEFAULT-VALUE}).")
  private long limit;

  @Override
  public Integer call() {
    CommonOptions.Format format =
        options.format(CommonOptions.Format.TEXT, CommonOptions.Format.JSON);
    OutputTarget output = options.output();
    if (limit < 0 || limit > Integer.MAX_VALUE) {
      throw new ParameterException(
          command.commandLine(), "--limit is " + limit + ", not a number of entries");
    }
    EntryFilter filter = chosen.filter(packageName, since, null);
    ImmutableList<Entry> entries;
    int all;
    try (History history = HistoryCommand.open()) {
      all = history.count(filter);
      entries = history.last(limit == 0 ? Integer.MAX_VALUE : (int) limit, filter);
    }
    int more = Math.max(0, all - entries.size());
    switch (format) {
      case JSON -> output.write(out -> write(out, entries, more));
      default -> output.write(text(entries, more));
    }
    return ExitStatus.DONE;
  }

  private static void write(OutputStream out, List<Entry> entries, int more) throws IOException {
    try (JsonGenerator json = IndentedJson.on(out)) {
      json.writeStartObject();
      json.writeArrayFieldStart("entries");
      for (Entry entry : entries) {
        EntryJson.write(json, entry);
      }
      json.writeEndArray();
      json.writeNumberField("more", more);
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private String text(List<Entry> entries, int more) {
    if (entries.isEmpty()) {
      return "The history has nothing of this.\n";
    }
    List<ColumnData<Entry>> columns = new ArrayList<>();
    columns.add(Table.text("package", entry -> entry.timing().packageName()));
    columns.add(Table.text("version", entry -> entry.timing().version()));
    columns.add(Table.text("for", entry -> entry.timing().host().orElse("")));
    columns.add(Table.text("how", HistoryListCommand::how));
    Table.tools(entries, HistoryListCommand::tools).ifPresent(columns::add);
    columns.add(Table.text("machine", entry -> entry.timing().machine()));
    columns.add(Table.text("when", HistoryListCommand::when));
    columns.add(Table.number("took", HistoryListCommand::took));
    columns.add(Table.text("from", Entry::origin));
    columns.add(
        Table.text(
            "outcome", entry -> entry.reason().map(why -> "failed: " + why).orElse("built")));
    String table = Table.of(options.terminal(), entries, columns);
    return more == 0
        ? table
        : table + String.format(Locale.ROOT, "%,d more: --limit 0 shows all.%n", more);
  }

  private static String how(Entry entry) {
    return entry.action() == Action.BUILD
        ? entry.timing().strategy().map(Strategy::toString).orElse("")
        : entry.action().toString();
  }

  private static Tools tools(Entry entry) {
    return Tools.of(entry.timing().circumstances().traits());
  }

  /** Most of what is short differs by less than a second. */
  private static String took(Entry entry) {
    double seconds = entry.timing().seconds();
    return seconds < 9.95 ? String.format(Locale.ROOT, "%.1f s", seconds) : Seconds.format(seconds);
  }

  private static String when(Entry entry) {
    Instant started = entry.timing().started();
    return started.equals(Instant.EPOCH) ? "" : WHEN.format(started);
  }
}

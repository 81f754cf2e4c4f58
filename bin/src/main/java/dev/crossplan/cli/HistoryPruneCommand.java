package dev.crossplan.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.IndentedJson;
import dev.crossplan.planner.history.EntryFilter;
import dev.crossplan.planner.history.History;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code crossplan history prune}: forgets some of it. */
@Command(
    name = "prune",
    description = {
      "Forgets what all given options hold of. What failed and is forgotten is tried again.",
      ""
    })
final class HistoryPruneCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private EntryOptions chosen;
  @Spec private CommandSpec command;

  @Option(
      names = "--older-than",
      paramLabel = "MOMENT",
      converter = Moment.class,
      description =
          "What began before: 2026-11-28, or 12h, 90d, 3w ago. What has no time is the oldest.")
  private @Nullable Instant before;

  @Option(names = "--package", paramLabel = "PACKAGE", description = "Only this one.")
  private @Nullable String packageName;

  @Option(names = "--all", description = "All of it.")
  private boolean all;

  @Option(names = "--dry-run", description = "Only say how much that would be.")
  private boolean dryRun;

  @Override
  public Integer call() {
    CommonOptions.Format format =
        options.format(CommonOptions.Format.TEXT, CommonOptions.Format.JSON);
    OutputTarget output = options.output();
    EntryFilter filter = chosen.filter(packageName, null, before);
    if (all != filter.equals(EntryFilter.ALL)) {
      throw new ParameterException(
          command.commandLine(),
          all
              ? "--all and a choice of what to forget are given"
              : "prune needs to know what to forget: --older-than 90d, or --all");
    }
    Pruned pruned = prune(filter);
    switch (format) {
      case JSON -> output.write(pruned::writeJson);
      default -> output.write(pruned + "\n");
    }
    return ExitStatus.DONE;
  }

  private Pruned prune(EntryFilter filter) {
    try (History history = HistoryCommand.open()) {
      int before = history.count(EntryFilter.ALL);
      int failures = history.count(filter.ofFailures());
      if (dryRun) {
        return new Pruned(history.count(filter), failures, before, true);
      }
      int removed = history.remove(filter);
      if (removed > 0) {
        compact(history);
      }
      return new Pruned(removed, failures, before, false);
    }
  }

  /** That the file stays as large as it was is no reason to fail. */
  private void compact(History history) {
    try {
      history.compact();
    } catch (BuildException e) {
      options.terminal().err().println("The file is as large as before: " + e.getMessage());
    }
  }

  /**
   * What became of it.
   *
   * @param failures how many of the removed ones had failed
   * @param before how many there were of all
   */
  private record Pruned(int removed, int failures, int before, boolean dryRun) {
    void writeJson(OutputStream out) throws IOException {
      try (JsonGenerator json = IndentedJson.on(out)) {
        json.writeStartObject();
        json.writeBooleanField("dryRun", dryRun);
        json.writeNumberField("removed", removed);
        json.writeNumberField("removedFailures", failures);
        json.writeNumberField("kept", before - removed);
        json.writeEndObject();
        json.writeRaw('\n');
      }
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%,d of %,d entries %s, of which %,d had failed.",
          removed,
          before,
          dryRun ? "would be forgotten" : "are forgotten",
          failures);
    }
  }
}

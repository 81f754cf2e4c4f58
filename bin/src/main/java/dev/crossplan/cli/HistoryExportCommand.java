package dev.crossplan.cli;

import dev.crossplan.planner.history.EntryFilter;
import dev.crossplan.planner.history.History;
import dev.crossplan.planner.report.EntryFile;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code crossplan history export}: all of it, for other programs and other machines. */
@Command(
    name = "export",
    description = {
      "Writes all of the history, the first first: an object of JSON a line, or CSV. Another"
          + " machine's crossplan history import reads both.",
      ""
    })
final class HistoryExportCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Override
  public Integer call() {
    CommonOptions.Format format =
        options.format(CommonOptions.Format.JSON, CommonOptions.Format.CSV);
    OutputTarget output = options.output();
    try (History history = HistoryCommand.open()) {
      EntryFile.Entries entries = consumer -> history.forEach(EntryFilter.ALL, consumer);
      output.write(
          out -> {
            if (format == CommonOptions.Format.CSV) {
              EntryFile.writeCsv(out, entries);
            } else {
              EntryFile.writeJson(out, entries);
            }
          });
    }
    return ExitStatus.DONE;
  }
}

package dev.crossplan.cli;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.history.History;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code crossplan history}: what was built when, where, how and for how long. */
@Command(
    name = "history",
    description = {
      "Shows and fills what estimates are made from, and what build does not try again: what was"
          + " built when, where, how and for how long, and what failed.",
      ""
    },
    subcommands = {
      HistoryListCommand.class,
      HistoryImportCommand.class,
      HistoryExportCommand.class,
      HistoryPruneCommand.class
    })
final class HistoryCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "history needs one of list, import, export, prune");
  }

  /** That of this user. */
  static History open() {
    return History.open(History.file(ImmutableMap.copyOf(System.getenv())));
  }
}

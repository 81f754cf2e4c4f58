package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.alternative.Experience;
import dev.crossplan.planner.history.History;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.function.Function;
import picocli.CommandLine.Option;

/**
 * Whether to plan as {@code build} would on this machine, where something may have failed, or from
 * the manifest alone, which gives the same everywhere.
 */
final class HistoryOption {
  @Option(
      names = "--with-history",
      description = "Plan as build would: what failed on this machine is not tried again.")
  private boolean withHistory;

  /**
   * Plans.
   *
   * @param planning makes something of what failed in earlier builds, if that is asked for
   * @throws NoPlanException if there is no plan; where there might be one but for what failed, that
   *     is the remedy
   */
  <T> T plan(Function<Experience, T> planning) {
    Experience experience = withHistory ? failures() : Experience.NONE;
    try {
      return planning.apply(experience);
    } catch (NoPlanException e) {
      String message = String.valueOf(e.getMessage());
      if (experience.failed().values().stream().noneMatch(message::contains)) {
        throw e;
      }
      throw new NoPlanException(
          message,
          "Maybe mend it, then build --retry; without --with-history it is planned as if nothing"
              + " had failed.");
    }
  }

  private static Experience failures() {
    Path file = History.file(ImmutableMap.copyOf(System.getenv()));
    if (!Files.exists(file)) {
      return Experience.NONE;
    }
    try (History history = History.open(file)) {
      return new Experience(history.failures(ZoneId.systemDefault()), ImmutableList.of());
    }
  }
}

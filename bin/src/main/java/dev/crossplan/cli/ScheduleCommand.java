package dev.crossplan.cli;

import dev.crossplan.planner.schedule.Schedule;
import dev.crossplan.planner.schedule.ScheduleJson;
import dev.crossplan.planner.schedule.ScheduleProblem;
import dev.crossplan.planner.schedule.ScheduleSearch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code crossplan schedule}: the scheduling problem on its own. */
@Command(
    name = "schedule",
    description = {
      "Finds a schedule of least makespan: tasks that need one another, on machines.",
      "",
      "PROBLEM is {\"tasks\": {NAME: {\"duration\": 3.0, \"needs\": [NAME]}}, \"machines\":"
          + " [{\"slots\": 1, \"speed\": 1.0}]}, plain or gzip. A task lasts duration / speed, or"
          + " what \"durations\": {\"0\": 3.0, \"2\": 5.5} says for each machine, counted from 0,"
          + " that can run it. \"memory\" of tasks and machines limits what runs together;"
          + " \"bytes\" of a task go from machine to machine at the lesser \"bandwidth\".",
      ""
    })
final class ScheduleCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Parameters(
      paramLabel = "PROBLEM",
      description = "The problem, a .json or .json.gz file; - is standard input.")
  private Path file;

  @Override
  public Integer call() {
    OutputTarget output = options.output();
    ScheduleSearch.Result result;
    Duration taken;
    try (ProgressLine progress = options.progress()) {
      progress.start("reading " + file);
      ScheduleProblem problem = ScheduleJson.read(file);
      long start = System.nanoTime();
      result = ScheduleSearch.search(problem, options.timeLimit(), options.seed(), progress);
      taken = Duration.ofNanos(System.nanoTime() - start);
    }
    switch (options.format(CommonOptions.Format.TEXT, CommonOptions.Format.JSON)) {
      case JSON ->
          output.write(out -> ScheduleJson.write(out, result.schedule(), result.bound(), taken));
      default -> output.write(text(result));
    }
    return ExitStatus.DONE;
  }

  private String text(ScheduleSearch.Result result) {
    Schedule schedule = result.schedule();
    ScheduleProblem problem = schedule.problem();
    List<Integer> tasks =
        IntStream.range(0, problem.taskCount())
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(schedule::start)
                    .thenComparingDouble(schedule::finish)
                    .thenComparingInt(task -> task))
            .toList();
    String table =
        Table.of(
            options.terminal(),
            tasks,
            List.of(
                Table.number("start", task -> number(schedule.start(task))),
                Table.number("finish", task -> number(schedule.finish(task))),
                Table.text("machine", task -> problem.machine(schedule.machine(task)).name()),
                Table.text("task", problem::taskName)));
    String proof =
        result.bound() >= schedule.makespan()
            ? "proven least"
            : "none can be below " + number(result.bound());
    return table + "makespan " + number(schedule.makespan()) + " (" + proof + ")\n";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}

package dev.crossplan.cli;

import com.github.freva.asciitable.ColumnData;
import com.google.common.base.Strings;
import dev.crossplan.planner.Seconds;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.execute.BuildEvent;
import dev.crossplan.planner.execute.BuildReport;
import dev.crossplan.planner.execute.BuildReport.Outcome;
import dev.crossplan.planner.execute.BuildReport.StepReport;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.plan.Plan;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** For people: what was built, where it is, how long that took, and what went otherwise. */
final class BuildReportText {
  /** So many of the longest builds are shown. */
  private static final int LONGEST = 10;

  private final BuildState state;
  private final BuildReport report;
  private final Terminal terminal;

  /**
   * @param state after the last event
   */
  BuildReportText(BuildState state, BuildReport report, Terminal terminal) {
    this.state = state;
    this.report = report;
    this.terminal = terminal;
  }

  @Override
  public String toString() {
    return report.interrupted() || report.failure().isPresent()
        ? summary() + logs()
        : summary() + image() + links() + counts() + longest() + plannedAgain() + logs();
  }

  private String summary() {
    String name = state.plan().map(Plan::name).map(plan -> Visible.line(plan) + ": ").orElse("");
    String wall = Seconds.format(report.seconds());
    String end =
        report.succeeded()
            ? "the image is built, after " + wall
            : report.interrupted()
                ? "interrupted after " + wall + ", the next run goes on from here"
                : report.failure().isPresent()
                    ? "ended early, after " + wall + ", the next run goes on from here"
                    : state.plan().isPresent()
                        ? "the image is not complete, after " + wall
                        : "nothing of the image can be had, after " + wall;
    double inVain = report.secondsInVain();
    return String.format(
        "%s%s%n%s of building%s: %s done, %d needed no doing%n",
        name,
        end,
        Seconds.format(report.builderSeconds()),
        inVain > 0 ? ", " + Seconds.format(inVain) + " of it in vain" : "",
        Prose.steps(report.count(Outcome.MADE)),
        report.count(Outcome.PRESENT) + report.count(Outcome.NOT_NEEDED));
  }

  private String links() {
    String made = names(report.links());
    String earlier = names(report.earlierLinks());
    return (made.isEmpty() ? "" : "\nlinked from " + made + "\n")
        + (earlier.isEmpty()
            ? ""
            : (made.isEmpty() ? "\n" : "")
                + earlier
                + (report.earlierLinks().size() == 1 ? " is" : " are")
                + " of an earlier build\n");
  }

  private static String names(List<Path> links) {
    Path here = Path.of("").toAbsolutePath();
    return links.stream()
        .map(link -> link.startsWith(here) ? here.relativize(link) : link)
        .map(link -> Visible.line(link.toString()))
        .collect(Collectors.joining(", "));
  }

  /** No table: a path is on one line, whatever the terminal, so that it can be copied. */
  private String image() {
    Map<String, String> paths = new LinkedHashMap<>();
    report
        .image()
        .forEach(
            (attribute, outputs) ->
                outputs.forEach(
                    (output, path) ->
                        paths.put(
                            Visible.line(
                                output.equals("out") ? attribute : attribute + "." + output),
                            Visible.line(path.toString()))));
    int longest = paths.keySet().stream().mapToInt(String::length).max().orElse(0);
    StringBuilder lines = new StringBuilder(paths.isEmpty() ? "" : "\n");
    paths.forEach(
        (output, path) ->
            lines
                .append(" ")
                .append(Strings.padEnd(output, longest, ' '))
                .append("  ")
                .append(path)
                .append("\n"));
    return lines.toString();
  }

  private String counts() {
    return table(
        StepCounts.ofDone(made()),
        List.of(
            Table.text("done", StepCounts::word),
            Table.number("steps", count -> Integer.toString(count.steps())),
            Table.number("took", count -> Seconds.format(count.took())),
            Table.number("expected", count -> Seconds.format(count.expected()))));
  }

  private List<StepReport> made() {
    return report.steps().stream().filter(step -> step.outcome() == Outcome.MADE).toList();
  }

  private String longest() {
    return table(
        made().stream()
            .filter(made -> made.step().action() == Action.BUILD)
            .sorted(Comparator.comparingDouble(StepReport::seconds).reversed())
            .limit(LONGEST)
            .toList(),
        List.of(
            Table.text("longest builds", made -> made.step().label()),
            Table.text("how", made -> made.step().how()),
            Table.text("on", made -> made.step().builder().orElse("")),
            Table.number("took", made -> Seconds.format(made.seconds())),
            Table.number("expected", made -> Seconds.format(made.step().seconds()))));
  }

  private <T> String table(List<T> rows, List<ColumnData<T>> columns) {
    return rows.isEmpty() ? "" : "\n" + Table.of(terminal, rows, columns);
  }

  private String plannedAgain() {
    String items = madeOtherwise();
    return items.isEmpty() ? "" : "\nWent otherwise than planned:\n" + items;
  }

  /** What failed but was made otherwise; the rest is told as root causes. */
  String madeOtherwise() {
    Set<String> lost =
        state.finalFailures().stream().map(BuildReportText::packageOf).collect(Collectors.toSet());
    StringBuilder items = new StringBuilder();
    for (BuildState.Failure failure : state.failures()) {
      if (failure.then().isPresent() && !lost.contains(packageOf(failure))) {
        BuildEvent.Failed event = failure.event();
        items.append(
            Prose.item(
                terminal,
                EventLines.of(failure.then().get()).get(0)
                    + Visible.line(
                        ": "
                            + event.why()
                            + event.log().map(log -> ", log " + ofFolder(log)).orElse(""))));
      }
    }
    return items.toString();
  }

  /** The same label may be for the desk and for the board. */
  private static String packageOf(BuildState.Failure failure) {
    return failure.step().label() + " " + failure.step().host();
  }

  private Path ofFolder(Path log) {
    return log.startsWith(report.folder()) ? report.folder().relativize(log) : log;
  }

  private String logs() {
    return report.count(Outcome.MADE) + state.failures().size() == 0
        ? ""
        : "\nLogs are in " + Visible.line(report.folder().toString()) + "\n";
  }
}

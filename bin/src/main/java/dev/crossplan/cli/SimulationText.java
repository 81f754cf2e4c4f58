package dev.crossplan.cli;

import com.github.freva.asciitable.ColumnData;
import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.Seconds;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.simulate.Conditions;
import dev.crossplan.planner.simulate.Outage;
import dev.crossplan.planner.simulate.Policy;
import dev.crossplan.planner.simulate.PolicyResult;
import dev.crossplan.planner.simulate.SimulationReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** A simulation for people: who is done when, and by how much the schedule is ahead. */
final class SimulationText {
  /** What is nearer to 1 is called the same. */
  private static final double SAME = 0.0005;

  private final SimulationReport report;
  private final Terminal terminal;
  private final PolicyResult schedule;
  private final int steps;

  SimulationText(SimulationReport report, Terminal terminal) {
    this.report = report;
    this.terminal = terminal;
    this.schedule = report.of(Policy.SCHEDULE);
    this.steps = report.plan().steps().size();
  }

  @Override
  public String toString() {
    return head() + "\n" + table() + "\n" + nix() + better() + bound() + local();
  }

  private String head() {
    Conditions conditions = report.conditions();
    String faults =
        conditions.outages().stream().map(SimulationText::fault).collect(Collectors.joining(", "));
    return Prose.sentence(
        terminal,
        Visible.line(
            report.plan().name()
                + ": "
                + Prose.steps(steps)
                + " simulated"
                + (conditions.deviations().isNone() ? "" : " with noise")
                + (conditions.runs() == 1 ? "" : ", " + conditions.runs() + " runs")
                + (faults.isEmpty() ? "" : "; " + faults)));
  }

  private static String fault(Outage outage) {
    return outage.builder()
        + " is down from "
        + Seconds.format(outage.from())
        + (outage.until() < Double.POSITIVE_INFINITY
            ? " to " + Seconds.format(outage.until())
            : " on");
  }

  private String table() {
    boolean hasRange = report.conditions().runs() > 1;
    boolean hasFaults = !report.conditions().outages().isEmpty();
    List<ColumnData<PolicyResult>> columns = new ArrayList<>();
    columns.add(Table.text("who decides", result -> result.policy().toString()));
    columns.add(
        Table.number(hasRange ? "mostly after" : "done after", result -> time(result.makespan())));
    if (hasRange) {
      columns.add(Table.number("from", result -> time(result.shortest())));
      columns.add(Table.number("to", result -> time(result.longest())));
    }
    columns.add(Table.number("of schedule", result -> ratio(result.against(schedule))));
    columns.add(Table.number("of bound", result -> ratio(result.againstBound())));
    if (hasFaults) {
      columns.add(Table.number("lost", result -> Seconds.format(result.lostSeconds())));
      columns.add(Table.number("steps done", result -> Integer.toString(result.done())));
    }
    ImmutableList<Builder> builders = report.plan().builders();
    for (int i = 0; i < builders.size(); i++) {
      Builder builder = builders.get(i);
      int place = i;
      columns.add(
          Table.number(
              Visible.line(builder.name()),
              result -> percent(result.share(place, builder.slots()))));
    }
    return Table.of(terminal, report.results(), columns);
  }

  private String nix() {
    PolicyResult nix = report.of(Policy.NIX);
    if (nix.makespan().isEmpty()) {
      String whether =
          report.conditions().runs() == 1
              ? "Nix's hook does not finish"
              : "Nix's hook does not finish in "
                  + (report.conditions().runs() - nix.finishedRuns())
                  + " of "
                  + report.conditions().runs()
                  + " runs";
      return sentence(
          whether
              + ": a build whose builder goes down fails, and with it all that needs it. With"
              + " --keep-going "
              + (steps - nix.done())
              + " of "
              + Prose.steps(steps)
              + " are never done; without, it ends after "
              + Seconds.format(nix.firstFailure().orElse(0))
              + ".");
    }
    OptionalDouble ratio = nix.against(schedule);
    if (ratio.isEmpty()) {
      return sentence("Nix's hook finishes, the schedule does not.");
    }
    return sentence(
        comparison("The schedule", "Nix's hook", ratio.getAsDouble()) + runs(nix) + ".");
  }

  private String runs(PolicyResult other) {
    int runs = report.conditions().runs();
    return runs == 1 ? "" : ", in " + schedule.winsAgainst(other) + " of " + runs + " runs sooner";
  }

  private static String comparison(String first, String second, double ratio) {
    if (Math.abs(ratio - 1) < SAME) {
      return first + " is done when " + second + " is";
    }
    return ratio > 1
        ? first + " is done " + percent1(1 - 1 / ratio) + " sooner than " + second
        : second
            + " is done "
            + percent1(1 - ratio)
            + " sooner than "
            + first.toLowerCase(Locale.ROOT);
  }

  /** Whether deciding anew is better than the schedule. */
  private String better() {
    OptionalDouble ratio = report.of(Policy.CRITICAL_PATH).against(schedule);
    return ratio.isPresent() && ratio.getAsDouble() < 1 - SAME
        ? sentence(
            "With the critical path first, decided whenever a slot is free, it is done "
                + percent1(1 - ratio.getAsDouble())
                + " sooner than by the schedule.")
        : "";
  }

  private String bound() {
    return sentence(
        "Whoever decides, on these builders it is not done before "
            + Seconds.format(schedule.boundSeconds())
            + (report.conditions().runs() == 1 ? "." : " (the median of the runs)."));
  }

  private String local() {
    return sentence(
        report
            .local()
            .map(
                builder ->
                    "Nix is taken to run on "
                        + builder.name()
                        + (report.plan().builders().size() == 1
                            ? "."
                            : ", with the others in its machines file."))
            .orElse("Nix is taken to run elsewhere, with all builders in its machines file."));
  }

  private String sentence(String text) {
    return Prose.sentence(terminal, Visible.line(text));
  }

  private static String time(OptionalDouble seconds) {
    return seconds.isPresent() ? Seconds.format(seconds.getAsDouble()) : "never";
  }

  private static String ratio(OptionalDouble ratio) {
    return ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : "-";
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  private static String percent1(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}

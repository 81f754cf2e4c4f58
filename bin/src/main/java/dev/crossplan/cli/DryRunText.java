package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import dev.crossplan.planner.Seconds;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.execute.BuildEvent;
import dev.crossplan.planner.execute.BuildReport;
import dev.crossplan.planner.execute.Outlook;
import dev.crossplan.planner.plan.Step;
import java.util.List;

/** For people: what a build would do. */
final class DryRunText {
  /** So many steps of the chain, and of those that come first, are shown. */
  private static final int SHOWN = 10;

  private final BuildEvent.Planned planned;
  private final Outlook outlook;
  private final BuildState state;
  private final BuildReport report;
  private final Terminal terminal;

  /**
   * @param state after the last event
   */
  DryRunText(BuildEvent.Planned planned, BuildState state, BuildReport report, Terminal terminal) {
    this.planned = planned;
    this.outlook = Outlook.of(planned.plan(), planned.todo());
    this.state = state;
    this.report = report;
    this.terminal = terminal;
  }

  @Override
  public String toString() {
    String name = Visible.line(planned.plan().name());
    int done = planned.done().size();
    int todo = planned.todo().size();
    if (todo == 0) {
      return name
          + (report.causes().isEmpty() ? ": nothing to do, all " : ": nothing that can be done, ")
          + (Prose.steps(done) + " done already")
          + (report.faults().isEmpty() ? "" : ", but what is built has faults")
          + "\n"
          + wrong();
    }
    return name
        + (": " + todo + " of " + (done + todo) + " steps to do, " + done + " done already\n\n")
        + counts()
        + String.format(
            "%n%s of building, expected to be done after %s, at least %s%n",
            Seconds.format(outlook.builderSeconds()),
            Seconds.format(outlook.expectedSeconds()),
            Seconds.format(outlook.atLeastSeconds()))
        + steps("longest chain", outlook.longestChain())
        + steps("first to start", planned.todo())
        + wrong();
  }

  /** Outputs that are there but are not for the target. */
  private String wrong() {
    String items = new BuildReportText(state, report, terminal).madeOtherwise();
    return items.isEmpty() ? "" : "\nThere already, but wrong:\n" + items;
  }

  private String counts() {
    return Table.of(
        terminal,
        StepCounts.of(planned.todo()),
        List.of(
            Table.text("to do", StepCounts::word),
            Table.number("steps", count -> Integer.toString(count.steps())),
            Table.number("time", count -> Seconds.format(count.expected()))));
  }

  private String steps(String head, ImmutableList<Step> steps) {
    String table =
        Table.of(
            terminal,
            ImmutableList.copyOf(Iterables.limit(steps, SHOWN)),
            List.of(
                Table.text(head, Step::label),
                Table.text("how", Step::how),
                Table.text("on", step -> step.builder().orElse("")),
                Table.number("time", step -> Seconds.format(step.seconds()))));
    return "\n" + table + (steps.size() > SHOWN ? "and " + (steps.size() - SHOWN) + " more\n" : "");
  }
}

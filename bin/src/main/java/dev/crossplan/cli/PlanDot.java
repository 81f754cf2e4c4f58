package dev.crossplan.cli;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.Seconds;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.Step;

/** A plan as a graph for Graphviz (DOT language): an arrow from each step to those that need it. */
final class PlanDot {
  private static final ImmutableMap<String, String> COLOURS =
      ImmutableMap.of(
          "cross", "#cfe8cf",
          "emulated", "#f6c6b5",
          "native", "#cfdff3",
          "fetch", "#f2f2f2",
          "substitute", "#ffffff");

  private PlanDot() {}

  static String of(Plan plan) {
    StringBuilder dot = new StringBuilder();
    dot.append("digraph ").append(quoted(Visible.line(plan.name()))).append(" {\n");
    dot.append("  rankdir=LR;\n");
    dot.append("  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];\n");
    for (Step step : plan.steps()) {
      dot.append("  s")
          .append(step.id())
          .append(" [label=")
          .append(
              quoted(
                  Visible.line(step.label())
                      + "\n"
                      + step.how()
                      + step.builder().map(name -> " on " + Visible.line(name)).orElse("")
                      + ", "
                      + Seconds.format(step.seconds())))
          .append(", fillcolor=\"")
          .append(COLOURS.get(step.word()))
          .append("\"];\n");
    }
    for (Step step : plan.steps()) {
      step.inputs()
          .forEach(
              input ->
                  dot.append("  s").append(input).append(" -> s").append(step.id()).append(";\n"));
    }
    return dot.append("}\n").toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}

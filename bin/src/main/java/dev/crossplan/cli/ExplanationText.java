package dev.crossplan.cli;

import dev.crossplan.planner.Seconds;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.plan.Explanation;
import dev.crossplan.planner.plan.Explanation.Alternative;
import java.util.List;
import java.util.Locale;

/** An explanation for people. */
final class ExplanationText {
  private static final int MOST_USERS = 12;

  private final Explanation explanation;
  private final Terminal terminal;

  ExplanationText(Explanation explanation, Terminal terminal) {
    this.explanation = explanation;
    this.terminal = terminal;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(Visible.line(explanation.label()));
    explanation.host().ifPresent(host -> text.append(" for ").append(Visible.line(host)));
    String plan = explanation.lost().isNothing() ? "the plan" : "the plan of what is left";
    text.append(explanation.used() ? "\n" : ": " + plan + " does not need it\n");
    if (explanation.used()) {
      List<String> users = explanation.neededBy();
      text.append('\n')
          .append(sentence("Needed for " + String.join(" <- ", explanation.chain())))
          .append(
              sentence(
                  users.isEmpty()
                      ? "Input of nothing: it is what the image asks for"
                      : "Input of " + shortened(users)));
    }
    text.append("\nWays to make it:\n").append(alternatives());
    text.append("\nVariants:\n");
    explanation
        .variants()
        .forEach(
            variant ->
                text.append("  ")
                    .append(variant.derivation())
                    .append("\n    of ")
                    .append(Visible.line(variant.instance()))
                    .append(", built on ")
                    .append(Visible.line(variant.system()))
                    .append("; ")
                    .append(variant.basis())
                    .append('\n'));
    section(text, "Why they are one package", explanation.evidence());
    section(
        text,
        "Tools, when it is emulated",
        explanation.tools().stream()
            .map(tool -> tool.label() + ": " + how(tool) + tool.why())
            .toList());
    section(
        text,
        "Stages of the bootstrap that it serves for",
        explanation.stages().stream().map(Object::toString).toList());
    section(
        text,
        "Not taken for the same",
        explanation.keptApart().stream().map(apart -> apart.reason()).toList());
    return text.toString();
  }

  private static String how(Explanation.Tool tool) {
    return !tool.natively()
        ? "emulated, "
        : tool.taken().isEmpty()
            ? "may run natively, "
            : tool.taken().get()
                ? "natively, "
                : "emulated, as that costs no more; may run natively: ";
  }

  private String sentence(String text) {
    return Prose.sentence(terminal, Visible.line(text));
  }

  private static String shortened(List<String> users) {
    return users.size() <= MOST_USERS
        ? String.join(", ", users)
        : String.join(", ", users.subList(0, MOST_USERS))
            + " and "
            + (users.size() - MOST_USERS)
            + " more";
  }

  private void section(StringBuilder text, String head, List<String> lines) {
    if (!lines.isEmpty()) {
      text.append('\n').append(head).append(":\n");
      lines.forEach(line -> text.append(Prose.item(terminal, Visible.line(line))));
    }
  }

  private String alternatives() {
    return Table.of(
        terminal,
        explanation.alternatives(),
        List.of(
            Table.text("", each -> each.chosen() ? "  *" : "   "),
            Table.text(
                "how",
                each -> each.strategy().isEmpty() && each.why().isPresent() ? "-" : each.word()),
            Table.text("of", Alternative::instance),
            Table.number(
                "alone", each -> each.why().isPresent() ? "" : Seconds.format(each.seconds())),
            Table.number("whole plan", this::whole),
            Table.text("", this::verdict)));
  }

  private String whole(Alternative each) {
    return each.planSeconds().isPresent() ? Seconds.format(each.planSeconds().getAsDouble()) : "-";
  }

  private String verdict(Alternative each) {
    if (each.why().isPresent()) {
      return each.why().get().replace('\n', ' ');
    }
    if (each.chosen() || each.planSeconds().isEmpty()) {
      return "chosen";
    }
    double more = each.planSeconds().getAsDouble() - explanation.planSeconds();
    String atLeast = each.proven() ? "" : "at most ";
    return more <= 0
        ? "as good"
        : String.format(Locale.ROOT, "%s%s more", atLeast, Seconds.format(more));
  }
}

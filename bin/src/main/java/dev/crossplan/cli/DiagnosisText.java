package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.machine.Prerequisite;
import dev.crossplan.planner.machine.Prerequisite.Remedy;
import dev.crossplan.planner.machine.Prerequisite.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A diagnosis for people: which ways work, everything that was looked at, and how to mend it. */
final class DiagnosisText {
  private final Diagnosis diagnosis;
  private final Terminal terminal;

  DiagnosisText(Diagnosis diagnosis, Terminal terminal) {
    this.diagnosis = diagnosis;
    this.terminal = terminal;
  }

  /**
   * A line of the table.
   *
   * @param forWhat the way that needs it
   */
  private record Row(String forWhat, Prerequisite prerequisite) {}

  @Override
  public String toString() {
    List<Row> rows = rows();
    return summary() + "\n" + table(rows) + remedies(rows) + breakages() + elsewhere();
  }

  private String summary() {
    StringBuilder text = new StringBuilder();
    text.append(
        sentence("This machine: " + diagnosis.system() + ", " + diagnosis.distribution().name()));
    diagnosis
        .ways()
        .keySet()
        .forEach(
            way ->
                text.append(
                    sentence(way + ": " + (diagnosis.works(way) ? "work" : "do not work yet"))));
    if (diagnosis.ways().isEmpty()) {
      text.append(sentence("Nothing is to be built on it."));
    }
    return text.toString();
  }

  /** What two ways need is in the first of them only. */
  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    diagnosis.general().forEach(each -> rows.add(new Row("all", each)));
    diagnosis
        .ways()
        .forEach(
            (way, prerequisites) ->
                prerequisites.stream()
                    .filter(each -> rows.stream().noneMatch(row -> row.prerequisite.equals(each)))
                    .forEach(each -> rows.add(new Row(way.strategy().toString(), each))));
    return rows;
  }

  private String table(List<Row> rows) {
    return Table.of(
        terminal,
        rows,
        List.of(
            Table.text("for", Row::forWhat),
            Table.text("state", row -> row.prerequisite().state().toString()),
            Table.text("needed", row -> row.prerequisite().name()),
            Table.text("found", row -> row.prerequisite().seen())));
  }

  /** Commands stay on their lines, so that they can be copied. */
  private String remedies(List<Row> rows) {
    Map<ImmutableList<Remedy>, List<String>> mends = new LinkedHashMap<>();
    for (State state : ImmutableList.of(State.MISSING, State.DOUBTFUL)) {
      for (Row row : rows) {
        if (row.prerequisite().state() == state && !row.prerequisite().remedies().isEmpty()) {
          mends
              .computeIfAbsent(row.prerequisite().remedies(), remedies -> new ArrayList<>())
              .add(row.prerequisite().name());
        }
      }
    }
    StringBuilder text = new StringBuilder();
    mends.forEach(
        (remedies, names) -> {
          text.append('\n').append(sentence("To mend " + String.join(", ", names) + ":"));
          boolean first = true;
          for (Remedy remedy : remedies) {
            text.append("  ")
                .append(first ? "" : "or ")
                .append(remedy.needsRoot() ? "as root:\n" : "without root:\n");
            remedy
                .lines()
                .forEach(line -> text.append("    ").append(Visible.line(line)).append('\n'));
            first = false;
          }
        });
    return text.toString();
  }

  private String breakages() {
    if (diagnosis.breakages().isEmpty()) {
      return "";
    }
    StringBuilder text =
        new StringBuilder("\nReported to fail under QEMU; the plan does not mind:\n");
    diagnosis
        .breakages()
        .forEach(
            (name, breakage) ->
                text.append(
                    Prose.item(
                        terminal,
                        Visible.line(
                            name + ": " + breakage.what() + " (" + breakage.source() + ")"))));
    return text.toString();
  }

  private String elsewhere() {
    return diagnosis.elsewhere().isEmpty()
        ? ""
        : "\n"
            + sentence(
                "Not looked at, since they are other machines: "
                    + String.join(", ", diagnosis.elsewhere()));
  }

  private String sentence(String text) {
    return Prose.sentence(terminal, Visible.line(text));
  }
}

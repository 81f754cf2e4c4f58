package dev.crossplan.cli;

import dev.crossplan.cross.inspection.FaultGroup;
import dev.crossplan.cross.inspection.FileCounts;
import dev.crossplan.cross.inspection.InspectionReport;
import dev.crossplan.planner.Visible;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What was verified, for people: what was looked at, the faults by path, and what was let pass. */
final class InspectionText {
  private final InspectionReport report;
  private final Terminal terminal;

  InspectionText(InspectionReport report, Terminal terminal) {
    this.report = report;
    this.terminal = terminal;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    FileCounts counts = report.counts();
    text.append(
        sentence(
            count(counts.files(), "file", "files")
                + " in "
                + count(report.paths(), "path", "paths")
                + " looked at, for "
                + report.system()
                + (report.march().isEmpty() ? "" : " (" + report.march() + ")")
                + ": "
                + count(counts.elfFiles(), "ELF file", "ELF files")
                + ", "
                + count(counts.objects(), "object", "objects")
                + " in "
                + count(counts.archives(), "archive", "archives")
                + ", "
                + count(counts.scripts(), "script", "scripts")));
    List<FaultGroup> groups = FaultGroup.of(report.faults());
    for (int i = 0; i < groups.size(); i++) {
      FaultGroup group = groups.get(i);
      if (i == 0 || !group.path().equals(groups.get(i - 1).path())) {
        text.append('\n').append(Visible.line(group.path().toString())).append(":\n");
      }
      text.append(item(group.places() + ": " + group.message()));
      if (i + 1 == groups.size() || !isLikewise(group, groups.get(i + 1))) {
        text.append(item(group.rule().remedy()));
      }
    }
    text.append(groups.isEmpty() ? "" : "\n");
    notes(counts).forEach(note -> text.append(sentence(note)));
    text.append(
        report.faults().isEmpty()
            ? hasCode(counts)
                ? "Nothing is wrong.\n"
                : sentence(
                    "Nothing was found that could be for a machine: what is packed, as in a disk"
                        + " image or an archive of files, is not looked into.")
            : count(report.faults().size(), "fault", "faults")
                + (groups.size() == report.faults().size()
                    ? ""
                    : ", " + groups.size() + " of them different")
                + ".\n");
    return text.toString();
  }

  private static boolean hasCode(FileCounts counts) {
    return counts.elfFiles() + counts.objects() + counts.scripts() > 0;
  }

  /** Whether what mends one mends the next, so that it needs to be said only once. */
  private static boolean isLikewise(FaultGroup group, FaultGroup next) {
    return group.path().equals(next.path()) && group.rule() == next.rule();
  }

  private static List<String> notes(FileCounts counts) {
    return Stream.of(
            note(
                counts.systemScripts(),
                " of the scripts need /bin/sh or /usr/bin/env, which the system has to provide"),
            note(counts.withoutArch(), " with code do not say for which instruction set they are"),
            note(
                counts.special(),
                " are firmware, of the kernel, debug information or for another ABI: not all is"
                    + " asked of them"),
            note(counts.others(), " are pipes, sockets or devices"))
        .flatMap(List::stream)
        .toList();
  }

  private static List<String> note(long count, String what) {
    return count == 0 ? List.of() : List.of(String.format(Locale.ROOT, "%,d%s", count, what));
  }

  private static String count(long count, String one, String more) {
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : more);
  }

  private String sentence(String text) {
    return Prose.sentence(terminal, Visible.line(text));
  }

  private String item(String text) {
    return Prose.item(terminal, Visible.line(text));
  }
}

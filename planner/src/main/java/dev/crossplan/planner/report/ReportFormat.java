package dev.crossplan.planner.report;

import java.util.Optional;
import java.util.regex.Pattern;

/** What a report may be. The words are those of {@code --from}, and the origins of entries. */
public enum ReportFormat {
  NOM("nom"),
  INTERNAL_JSON("internal-json"),
  HYDRA("hydra"),
  CROSSPLAN("crossplan");

  /** {@code host,name,seconds}, as nix-output-monitor wrote up to 2.1.6. */
  private static final Pattern OLD_NOM = Pattern.compile("(?:[^\",]*|\"[^\"]*\"),[^,]+,\\d+\\s*");

  /** Keys come in any order where another program wrote an export anew. */
  private static final Pattern ENTRY =
      Pattern.compile("\\A\\{(?=.*\"" + EntryFields.FIRST + "\"\\s*:)(?=.*\"seconds\"\\s*:)");

  private final String word;

  ReportFormat(String word) {
    this.word = word;
  }

  /**
   * What the beginning of a file tells; lines that can be of anything are passed over, as may stand
   * in a log before Nix says its first word.
   *
   * @param isWhole whether the last line has its end
   */
  static Optional<ReportFormat> of(String beginning, boolean isWhole) {
    String[] lines = beginning.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      Optional<ReportFormat> format =
          ofLine(lines[i].stripLeading(), isWhole || i + 1 < lines.length);
      if (format.isPresent()) {
        return format;
      }
    }
    return Optional.empty();
  }

  private static Optional<ReportFormat> ofLine(String line, boolean isWhole) {
    if (LogLine.isOfNix(line)) {
      return Optional.of(INTERNAL_JSON);
    }
    if (line.startsWith("{\"" + EntryFields.FIRST + "\"")
        || line.startsWith(EntryFields.FIRST + ",")) {
      return Optional.of(CROSSPLAN);
    }
    boolean isJson = line.startsWith("{") || line.startsWith("[");
    if (isJson && isWhole) {
      return Optional.of(ENTRY.matcher(line).find() ? CROSSPLAN : HYDRA);
    }
    return isWhole && (line.startsWith(NomReports.HEADER) || OLD_NOM.matcher(line).matches())
        ? Optional.of(NOM)
        : Optional.empty();
  }

  /** {@code internal-json}. */
  @Override
  public String toString() {
    return word;
  }
}

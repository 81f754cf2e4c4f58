package dev.crossplan.planner.report;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line that Nix wrote with {@code --log-format internal-json}, and what another program put in
 * front of it: {@code 1795860614.688315 @nix {"action":"stop","id":1}}.
 *
 * @param prefix without white space around it; mostly empty, or a time
 * @param json the object
 */
record LogLine(String prefix, String json) {
  private static final Pattern LINE =
      Pattern.compile("(?<prefix>[^@]{0,64}?)\\s*@nix (?<json>\\{.*)");

  private static final Pattern SECONDS =
      Pattern.compile("(?<seconds>\\d{9,11})(?:[.,](?<fraction>\\d{1,9}))?");

  /** Empty if Nix did not write it. */
  static Optional<LogLine> of(String line) {
    Matcher matcher = LINE.matcher(line.stripTrailing());
    return matcher.matches()
        ? Optional.of(new LogLine(matcher.group("prefix").strip(), matcher.group("json")))
        : Optional.empty();
  }

  /** Whether Nix wrote what a line begins with. */
  static boolean isOfNix(String line) {
    return LINE.matcher(line.stripTrailing()).matches();
  }

  /**
   * The time in front, in brackets or not: seconds since 1970, or a date and a time as in ISO 8601,
   * in {@code zone} where it names none. Empty if it is neither.
   */
  Optional<Instant> time(ZoneId zone) {
    String text = prefix.replaceAll("^\\[|[]:]$", "").replace(',', '.');
    Matcher seconds = SECONDS.matcher(text);
    if (seconds.matches()) {
      String fraction =
          (seconds.group("fraction") == null ? "" : seconds.group("fraction")) + "000000000";
      return Optional.of(
          Instant.ofEpochSecond(
              Long.parseLong(seconds.group("seconds")), Long.parseLong(fraction.substring(0, 9))));
    }
    try {
      String iso = text.replace(' ', 'T');
      return Optional.of(
          iso.matches(".*(Z|[+-]\\d\\d:\\d\\d)")
              ? OffsetDateTime.parse(iso).toInstant()
              : LocalDateTime.parse(iso).atZone(zone).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}

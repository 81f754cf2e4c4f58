package dev.crossplan.planner.instance;

import com.google.common.base.CharMatcher;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What Nix says when it fails, shortened to what matters. Up to 2.18 the reason is the first line
 * that starts with {@code error:}, and follow the lines of code that it came from; since then
 * {@code error:} stands alone first, then the calls that led there, then {@code error:} with the
 * reason.
 */
public final class NixMessage {
  private static final int MOST_CHARS = 300;
  private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*m");
  private static final Pattern REASON = Pattern.compile("(?m)^\\s*error:[ \\t]*(\\S.*)$");

  /** Not in traced.nix, which calls functions for the files that are evaluated. */
  private static final Pattern PLACE =
      Pattern.compile("(?m)^\\s*at (?!/\\S*/traced\\.nix:)(/\\S*?:\\d+(:\\d+)?):?\\s*$");

  private NixMessage() {}

  /**
   * The reason in one line, without {@code error:}, with what it lists after a colon, and in
   * parentheses the file and line where Nix tells one that is not in the reason already.
   */
  public static String shorten(String text) {
    String plain = COLOUR.matcher(text).replaceAll("");
    Matcher matcher = REASON.matcher(plain);
    String reason = "";
    int end = 0;
    while (matcher.find()) {
      reason = matcher.group(1).strip();
      end = matcher.end();
    }
    if (reason.isEmpty()) {
      return cut(firstLine(plain));
    }
    if (reason.endsWith(":")) {
      return cut(reason) + " " + cut(listed(plain.substring(end)));
    }
    Matcher place = PLACE.matcher(plain);
    return place.find(end) && !reason.contains(withoutColumn(place.group(1)))
        ? cut(reason) + " (" + place.group(1) + ")"
        : cut(reason);
  }

  /** Such as the hashes that do not match. */
  private static String listed(String after) {
    return after
        .lines()
        .skip(1) // the rest of the line itself
        .takeWhile(line -> !line.isBlank() && !PLACE.matcher(line).matches())
        .map(line -> CharMatcher.whitespace().trimAndCollapseFrom(line, ' '))
        .collect(Collectors.joining(", "));
  }

  private static String withoutColumn(String place) {
    return place.substring(0, place.indexOf(':'));
  }

  private static String firstLine(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst().orElse("");
  }

  /** Messages of Nix quote what may be code of any length and with any character. */
  private static String cut(String line) {
    String shown = CharMatcher.javaIsoControl().replaceFrom(line, ' ');
    return shown.length() <= MOST_CHARS ? shown : shown.substring(0, MOST_CHARS - 1) + "…";
  }
}

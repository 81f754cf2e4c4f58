package dev.crossplan.planner;

import com.google.common.collect.ImmutableMap;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times for people. */
public final class Seconds {
  private static final ImmutableMap<String, Integer> UNITS =
      ImmutableMap.of("d", 86_400, "h", 3600, "min", 60, "m", 60, "s", 1);
  private static final Pattern PART =
      Pattern.compile("\\G\\s*(\\d{1,9}(?:\\.\\d{1,9})?|\\.\\d{1,9})\\s*(d|h|min|m|s)(?![a-z])");

  private Seconds() {}

  /** {@code 0.4 s}, {@code 45 s}, {@code 12 min 30 s}, {@code 2 h 08 min}, {@code 3 d 04 h}. */
  public static String format(double seconds) {
    if (seconds >= 0.05 && seconds < 0.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
    }
    if (whole < 48 * 3600) {
      return String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole / 60 % 60);
    }
    return String.format(Locale.ROOT, "%d d %02d h", whole / 86_400, whole / 3600 % 24);
  }

  /**
   * As precise as an expectation is: {@code 0.4 s}, {@code 45 s}, {@code 3 min}, {@code 3 min 20
   * s}, {@code 25 min}, {@code 2 h 10 min}.
   */
  public static String about(double seconds) {
    double unit =
        seconds < 0.95 ? 0.1 : seconds < 60 ? 1 : seconds < 600 ? 10 : seconds < 7200 ? 60 : 600;
    return format(Math.round(seconds / unit) * unit).replaceFirst(" 00 (s|min)$", "");
  }

  /**
   * What people write: {@code 45s}, {@code 90 min}, {@code 1.5h}, {@code 1 h 30 min}, {@code 2d}.
   * Empty where it is nothing of that.
   */
  public static OptionalDouble parse(String text) {
    Matcher part = PART.matcher(text.strip());
    double sum = 0;
    int end = 0;
    while (part.find()) {
      int unit = Objects.requireNonNull(UNITS.get(part.group(2)));
      sum += Double.parseDouble(part.group(1)) * unit;
      end = part.end();
    }
    return end > 0 && end == text.strip().length()
        ? OptionalDouble.of(sum)
        : OptionalDouble.empty();
  }
}

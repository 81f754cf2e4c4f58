package dev.crossplan.planner;

import java.util.Locale;

/** Times for people. */
public final class Seconds {
  private Seconds() {}

  /** {@code 45 s}, {@code 12 min 30 s}, {@code 2 h 08 min}, {@code 3 d 04 h}. */
  public static String format(double seconds) {
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
   * As precise as an expectation is: {@code 45 s}, {@code 3 min}, {@code 3 min 20 s}, {@code 25
   * min}, {@code 2 h 10 min}.
   */
  public static String about(double seconds) {
    double unit = seconds < 60 ? 1 : seconds < 600 ? 10 : seconds < 7200 ? 60 : 600;
    return format(Math.round(seconds / unit) * unit).replaceFirst(" 00 (s|min)$", "");
  }
}

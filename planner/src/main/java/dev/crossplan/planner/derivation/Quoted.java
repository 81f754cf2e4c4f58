package dev.crossplan.planner.derivation;

import dev.crossplan.planner.Visible;

/** Text from outside, as it stands in a message: on one line, never longer than a store path. */
final class Quoted {
  private static final int MAX_CHARS = 260;

  private Quoted() {}

  /** In quotes. */
  static String of(String text) {
    return "\"" + plain(text) + "\"";
  }

  /** Without quotes, for what should be a path or a name. */
  static String plain(String text) {
    String shown = text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) : text;
    String quoted = Visible.line(shown.replace("\\", "\\\\").replace("\"", "\\\""));
    return shown.equals(text) ? quoted : quoted + "…";
  }
}

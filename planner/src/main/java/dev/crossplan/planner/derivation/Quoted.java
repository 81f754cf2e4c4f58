package dev.crossplan.planner.derivation;

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
    StringBuilder quoted = new StringBuilder();
    text.chars()
        .limit(MAX_CHARS)
        .forEach(
            c -> {
              if (c == '\n') {
                quoted.append("\\n");
              } else if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
              } else if (Character.isISOControl(c) || Character.isSurrogate((char) c)) {
                quoted.append(String.format("\\u%04x", c));
              } else {
                quoted.append((char) c);
              }
            });
    return quoted.append(text.length() > MAX_CHARS ? "…" : "").toString();
  }
}

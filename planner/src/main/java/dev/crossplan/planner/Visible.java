package dev.crossplan.planner;

/**
 * Text from outside, fit for people to see: a name can neither steer a terminal, nor break a table,
 * nor turn the text after it around. Letters of every language stay as they are.
 */
public final class Visible {
  private Visible() {}

  /**
   * {@code text} on one line: control characters, overrides of the writing direction and lone
   * surrogates are written as {@code \x1b}, {@code \n} or <code>&#92;u202e</code>.
   */
  public static String line(String text) {
    return escape(text, false);
  }

  /** As {@link #line}, but line feeds and tabs stay: a message that has lines. */
  public static String lines(String text) {
    return escape(text, true);
  }

  private static String escape(String text, boolean keepLines) {
    int at = 0;
    while (at < text.length() && isFit(text, at, keepLines)) {
      at++;
    }
    if (at == text.length()) {
      return text;
    }
    StringBuilder visible = new StringBuilder(text.length() + 16).append(text, 0, at);
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (isFit(text, at, keepLines)) {
        visible.append(c);
      } else if (c == '\n') {
        visible.append("\\n");
      } else {
        visible.append(String.format(c < 0x100 ? "\\x%02x" : "\\u%04x", (int) c));
      }
    }
    return visible.toString();
  }

  private static boolean isFit(String text, int at, boolean keepLines) {
    char c = text.charAt(at);
    if (c < 0x7f) {
      return c >= ' ' || ((c == '\n' || c == '\t') && keepLines);
    }
    if (Character.isHighSurrogate(c)) {
      return at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
    return !Character.isISOControl(c) && !isDirection(c);
  }

  private static boolean isDirection(char c) {
    return (c >= '\u202a' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069');
  }
}

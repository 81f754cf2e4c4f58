package dev.crossplan.planner.plan;

import dev.crossplan.planner.Visible;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A text as it is written in the Nix language: what is literal, and expressions in {@code ${…}}
 * between. Whatever bytes the text has, Nix reads these bytes; see "String literals" in the Nix
 * manual, and for what an indented one drops {@code stripIndentation} in {@code
 * src/libexpr/parser-state.hh}.
 */
public final class NixText {
  private final List<Part> parts = new ArrayList<>();

  private record Part(String text, boolean isExpression) {}

  private NixText() {}

  static NixText empty() {
    return new NixText();
  }

  public static NixText of(String literal) {
    return new NixText().literal(literal);
  }

  NixText literal(String text) {
    int last = parts.size() - 1;
    if (last >= 0 && !parts.get(last).isExpression()) {
      parts.set(last, new Part(parts.get(last).text() + text, false));
    } else if (!text.isEmpty()) {
      parts.add(new Part(text, false));
    }
    return this;
  }

  NixText expression(String expression) {
    parts.add(new Part(expression, true));
    return this;
  }

  /** The expression, where it is one and nothing else. */
  Optional<String> onlyExpression() {
    return parts.size() == 1 && parts.get(0).isExpression()
        ? Optional.of(parts.get(0).text())
        : Optional.empty();
  }

  /**
   * The expression.
   *
   * @param indent columns at which the line starts that it is in
   */
  public String write(int indent) {
    return isIndentable() ? writeIndented(indent + 2) : writeQuoted();
  }

  /** A literal name of an attribute, quoted where it has to be. */
  public static String attribute(String name) {
    return NixNames.isIdentifier(name) ? name : of(name).writeQuoted();
  }

  private String writeQuoted() {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < parts.size(); i++) {
      String text = parts.get(i).text();
      if (parts.get(i).isExpression()) {
        out.append("${").append(text).append('}');
        continue;
      }
      boolean opens = i + 1 < parts.size();
      for (int at = 0; at < text.length(); at++) {
        char c = text.charAt(at);
        switch (c) {
          case '"', '\\' -> out.append('\\').append(c);
          case '\n' -> out.append("\\n");
          case '\r' -> out.append("\\r");
          case '\t' -> out.append("\\t");
          case '$' -> out.append(isBeforeBrace(text, at, opens) ? "\\$" : "$");
          default -> plain(c, out);
        }
      }
    }
    return out.append('"').toString();
  }

  /** Whether the dollar at {@code at} would be taken for the start of an expression or its end. */
  private static boolean isBeforeBrace(String text, int at, boolean opens) {
    return at + 1 == text.length()
        ? opens
        : text.charAt(at + 1) == '{' || isUnfit(text.charAt(at + 1));
  }

  /** Nix has no escapes for what, as it is, would steer a terminal or turn text around. */
  private static boolean isUnfit(char c) {
    return (c < ' ' || c > '~')
        && c != '\t'
        && c != '\n'
        && c != '\r'
        && !Character.isSurrogate(c)
        && !Visible.line(String.valueOf(c)).equals(String.valueOf(c));
  }

  private static void plain(char c, StringBuilder out) {
    if (isUnfit(c)) {
      out.append(String.format("${builtins.fromJSON \"\\\"\\\\u%04x\\\"\"}", (int) c));
    } else {
      out.append(c);
    }
  }

  /**
   * Whether an indented string says the same: it has several lines, one of them starts with
   * something else than a space, so that Nix drops no more than what is put before each, and what
   * follows the last line feed is not only spaces, which Nix drops.
   */
  private boolean isIndentable() {
    int lines = 0;
    boolean flush = false;
    boolean atStart = true; // of a line
    boolean blank = true; // since the last line feed
    for (Part part : parts) {
      if (part.isExpression()) {
        flush |= atStart;
        atStart = false;
        blank = false;
        continue;
      }
      for (int i = 0; i < part.text().length(); i++) {
        char c = part.text().charAt(i);
        if (c == '\n') {
          lines++;
          atStart = true;
          blank = true;
        } else {
          flush |= atStart && c != ' ';
          atStart = false;
          blank &= c == ' ';
        }
      }
    }
    return lines > 0 && flush && (atStart || !blank);
  }

  private String writeIndented(int indent) {
    String margin = " ".repeat(indent);
    StringBuilder out = new StringBuilder("''\n");
    boolean atStart = true;
    for (int i = 0; i < parts.size(); i++) {
      String text = parts.get(i).text();
      if (parts.get(i).isExpression()) {
        out.append(atStart ? margin : "").append("${").append(text).append('}');
        atStart = false;
        continue;
      }
      boolean opens = i + 1 < parts.size();
      for (int at = 0; at < text.length(); at++) {
        char c = text.charAt(at);
        if (c == '\n') {
          out.append('\n');
          atStart = true;
          continue;
        }
        out.append(atStart ? margin : "");
        atStart = false;
        switch (c) {
          case '\'' -> {
            if (text.startsWith("''", at)) {
              out.append("'''");
              at++;
            } else {
              // Alone it could be taken together with what follows.
              out.append(at + 1 < text.length() && isHarmless(text.charAt(at + 1)) ? "'" : "''\\'");
            }
          }
          case '\r' -> out.append("''\\r");
          case '$' -> out.append(isBeforeBrace(text, at, opens) ? "''$" : "$");
          default -> plain(c, out);
        }
      }
    }
    return out.append(atStart ? " ".repeat(indent - 2) : "").append("''").toString();
  }

  private static boolean isHarmless(char c) {
    return c != '$' && c != '\'' && c != '\r';
  }
}

package dev.crossplan.cli;

import com.google.common.base.Splitter;
import java.util.List;

/** Sentences for people. */
final class Prose {
  private static final String INDENT = "  ";

  private Prose() {}

  /** A line that on a terminal is broken between words, and goes on two spaces in. */
  static String sentence(Terminal terminal, String text) {
    return sentence(terminal.room(), text);
  }

  /** The same where a line has room for {@code columns}. */
  static String sentence(int columns, String text) {
    return broken(columns, "", text);
  }

  /** A line of a list: like a sentence, two spaces further in. */
  static String item(Terminal terminal, String text) {
    return item(terminal.room(), text);
  }

  /** The same where a line has room for {@code columns}. */
  static String item(int columns, String text) {
    return broken(columns, INDENT, text);
  }

  /** {@code 1 step}, {@code 2 steps}. */
  static String steps(int count) {
    return count == 1 ? "1 step" : count + " steps";
  }

  /** {@code desk}, {@code desk and board}, {@code desk, board and rack}. */
  static String and(List<String> names) {
    int last = names.size() - 1;
    return last < 1
        ? String.join("", names)
        : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
  }

  private static String broken(int columns, String indent, String text) {
    StringBuilder lines = new StringBuilder();
    StringBuilder line = new StringBuilder(indent);
    boolean first = true;
    for (String word : Splitter.on(' ').split(text)) {
      if (!first && line.length() + 1 + word.length() > columns) {
        lines.append(line).append('\n');
        line = new StringBuilder(indent + INDENT);
        first = true;
      }
      line.append(first ? "" : " ").append(word);
      first = false;
    }
    return lines.append(line).append('\n').toString();
  }
}

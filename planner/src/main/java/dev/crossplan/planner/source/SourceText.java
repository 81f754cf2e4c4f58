package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableSet;
import java.util.regex.Pattern;

/**
 * What is in a file of code besides comments of C and what took them over. Strings that go over
 * lines are not understood.
 *
 * @param statements semicolons outside of strings; lines, where the language ends none with one
 * @param statementsOfFunctions those in the bodies of functions, of languages with braces
 * @param lines on which there is code
 * @param includes as they are written in C and C++, without quotes
 */
record SourceText(
    int statements, int statementsOfFunctions, int lines, ImmutableSet<String> includes) {
  private static final ImmutableSet<String> WITHOUT_SEMICOLONS =
      ImmutableSet.of("s", "f", "f90", "go", "hs");

  private static final Pattern INCLUDE =
      Pattern.compile(
          "^[ \\t]*#[ \\t]*include[ \\t]*[<\"]([^>\"\\n]{1,500})[>\"]", Pattern.MULTILINE);

  /** Of a file, more than anybody writes. */
  private static final int MOST_INCLUDES = 10_000;

  /** Of a literal of characters; what is longer is none. */
  private static final int MOST_CHARACTERS = 12;

  /**
   * Looks into a file.
   *
   * @param extension that tells the language, in small letters
   */
  static SourceText of(String text, String extension) {
    int statements = 0;
    int lines = 0;
    Functions functions = new Functions();
    boolean hasCode = false;
    int lastClosed = text.lastIndexOf("*/");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        lines += hasCode ? 1 : 0;
        hasCode = false;
      } else if (text.startsWith("/*", i) && i + 2 <= lastClosed) {
        i = text.indexOf("*/", i + 2) + 1;
      } else if (text.startsWith("//", i) || text.startsWith("/*", i)) {
        i = endOfLine(text, i); // one that is never closed is part of a string over several lines
      } else {
        hasCode = hasCode || !Character.isWhitespace(c);
        statements += c == ';' ? 1 : 0;
        functions.see(c);
        if (c == '"') {
          i = endOfLiteral(text, i, text.length());
        } else if (c == '\'') {
          i = endOfCharacter(text, i);
        }
      }
    }
    lines += hasCode ? 1 : 0;
    return new SourceText(
        WITHOUT_SEMICOLONS.contains(extension) ? lines : statements,
        functions.statements,
        lines,
        includes(text));
  }

  /** The same with so many statements more, which others write to it. */
  SourceText plus(int more) {
    return new SourceText(statements + more, statementsOfFunctions, lines, includes);
  }

  /** Tells the bodies of functions from other braces: a parenthesis ends before them. */
  private static final class Functions {
    private int statements;
    private int depth;
    private int begun = -1;
    private char last = ' ';

    /** Looks at the next character outside of comments. */
    void see(char c) {
      switch (c) {
        case '{' -> {
          begun = begun < 0 && last == ')' ? depth : begun;
          depth++;
        }
        case '}' -> {
          depth = Math.max(0, depth - 1);
          begun = depth <= begun ? -1 : begun;
        }
        case ';' -> statements += begun < 0 ? 0 : 1;
        default -> {}
      }
      last = Character.isWhitespace(c) ? last : c;
    }
  }

  private static int endOfLine(String text, int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end - 1;
  }

  /**
   * Where it begins, if it is none: in C++ an apostrophe may part digits, in Rust it begins the
   * name of a lifetime.
   */
  private static int endOfCharacter(String text, int start) {
    if (start > 0 && Character.isLetterOrDigit(text.charAt(start - 1))) {
      return start;
    }
    int end = endOfLiteral(text, start, Math.min(text.length(), start + MOST_CHARACTERS + 1));
    return end < text.length() && text.charAt(end) == '\'' ? end : start;
  }

  /** The end of one that is not closed is that of its line, or {@code limit}. */
  private static int endOfLiteral(String text, int start, int limit) {
    char quote = text.charAt(start);
    for (int i = start + 1; i < limit; i++) {
      char c = text.charAt(i);
      if (c == quote) {
        return i;
      } else if (c == '\n') {
        return i - 1;
      } else if (c == '\\') {
        i++;
      }
    }
    return limit;
  }

  private static ImmutableSet<String> includes(String text) {
    return INCLUDE
        .matcher(text)
        .results()
        .limit(MOST_INCLUDES)
        .map(include -> include.group(1))
        .collect(ImmutableSet.toImmutableSet());
  }
}

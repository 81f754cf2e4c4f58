package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableSet;
import java.util.regex.Pattern;

/**
 * What is in a file of code besides comments of C and what took them over. Strings that go over
 * lines are not understood.
 *
 * @param statements semicolons outside of strings; lines, where the language ends none with one
 * @param lines on which there is code
 * @param includes as they are written in C and C++, without quotes
 */
record SourceText(int statements, int lines, ImmutableSet<String> includes) {
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
    boolean hasCode = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        lines += hasCode ? 1 : 0;
        hasCode = false;
      } else if (text.startsWith("//", i)) {
        i = before('\n', text, i);
      } else if (text.startsWith("/*", i)) {
        i = endOfComment(text, i);
      } else {
        hasCode = hasCode || !Character.isWhitespace(c);
        statements += c == ';' ? 1 : 0;
        if (c == '"') {
          i = endOfLiteral(text, i);
        } else if (c == '\'' && isCharacter(text, i)) {
          i = endOfLiteral(text, i);
        }
      }
    }
    lines += hasCode ? 1 : 0;
    return new SourceText(
        WITHOUT_SEMICOLONS.contains(extension) ? lines : statements, lines, includes(text));
  }

  private static int before(char end, String text, int from) {
    int found = text.indexOf(end, from);
    return found < 0 ? text.length() : found - 1;
  }

  /** One that is never closed was none, but part of a string that goes over lines. */
  private static int endOfComment(String text, int start) {
    int end = text.indexOf("*/", start + 2);
    return end < 0 ? before('\n', text, start) : end + 1;
  }

  /** In C++ an apostrophe may part digits, in Rust it begins the name of a lifetime. */
  private static boolean isCharacter(String text, int start) {
    if (start > 0 && Character.isLetterOrDigit(text.charAt(start - 1))) {
      return false;
    }
    int end = endOfLiteral(text, start);
    return end < text.length() && text.charAt(end) == '\'' && end - start <= MOST_CHARACTERS;
  }

  /** The end of one that is not closed is that of its line. */
  private static int endOfLiteral(String text, int start) {
    char quote = text.charAt(start);
    for (int i = start + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == quote) {
        return i;
      } else if (c == '\n') {
        return i - 1;
      } else if (c == '\\') {
        i++;
      }
    }
    return text.length();
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

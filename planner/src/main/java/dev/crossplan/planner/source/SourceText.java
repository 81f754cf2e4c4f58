package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is in a file of code besides comments.
 *
 * @param statements semicolons outside of strings; lines, where the language ends none with one
 * @param lines on which there is code
 * @param includes as they are written in C and C++, without quotes
 */
record SourceText(int statements, int lines, ImmutableList<String> includes) {
  private static final ImmutableSet<String> WITHOUT_SEMICOLONS =
      ImmutableSet.of("s", "f", "f90", "go", "hs");

  private static final Pattern INCLUDE =
      Pattern.compile("^[ \\t]*#[ \\t]*include[ \\t]*[<\"]([^>\"\\n]+)[>\"]", Pattern.MULTILINE);

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
        if (c == '"' || c == '\'') {
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

  private static int endOfComment(String text, int start) {
    int end = text.indexOf("*/", start + 2);
    return end < 0 ? text.length() : end + 1;
  }

  /** One that is not closed ends with its line: in C++ an apostrophe may part digits. */
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

  private static ImmutableList<String> includes(String text) {
    ImmutableList.Builder<String> includes = ImmutableList.builder();
    Matcher matcher = INCLUDE.matcher(text);
    while (matcher.find()) {
      includes.add(matcher.group(1));
    }
    return includes.build();
  }
}

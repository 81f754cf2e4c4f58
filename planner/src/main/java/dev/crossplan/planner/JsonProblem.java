package dev.crossplan.planner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.util.regex.Pattern;

/** Words for what is wrong with JSON: those of the library, without what only programmers know. */
public final class JsonProblem {
  /** Where the library tells which of its objects it read from. */
  private static final Pattern SOURCE =
      Pattern.compile(
          " ?\\(start marker at \\[Source: [^\\]]*?line: (\\d+), column: (\\d+)\\]\\)| ?\\[Source:"
              + " [^\\]]*\\]");

  /** What a program would have to set for the library to read it all the same. */
  private static final Pattern SETTING =
      Pattern.compile(": enable `[^`]*` to allow|, from `[^`]*`|\\(`[^`]*` disabled\\);? ?");

  private JsonProblem() {}

  /** What is wrong, without the place. */
  public static String describe(JsonProcessingException problem) {
    String message = SOURCE.matcher(problem.getOriginalMessage()).replaceAll(JsonProblem::opened);
    return (problem instanceof StreamConstraintsException ? "" : "not well-formed JSON: ")
        + SETTING.matcher(message).replaceAll("");
  }

  /** Whether the text ends where more was to come. */
  public static boolean isCutOff(JsonProcessingException problem) {
    return problem.getOriginalMessage().contains("end-of-input");
  }

  private static String opened(java.util.regex.MatchResult source) {
    return source.group(1) == null
        ? ""
        : " (opened at line " + source.group(1) + ", column " + source.group(2) + ")";
  }
}

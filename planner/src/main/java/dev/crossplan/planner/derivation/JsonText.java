package dev.crossplan.planner.derivation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.crossplan.planner.JsonProblem;
import java.io.IOException;

/** What all readers of JSON share: limits, and words for what was found. */
final class JsonText {
  /** Longest text that is read, in characters. */
  static final int MAX_TEXT_CHARS = 64 << 20;

  /** Deepest nesting that is read. */
  static final int MAX_DEPTH = 500;

  /** Longest name in an object, in characters. */
  private static final int MAX_NAME_CHARS = 1 << 16;

  static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(MAX_TEXT_CHARS)
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(MAX_NAME_CHARS)
                  .build())
          // Most names are store paths that come once: a symbol table only grows.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private JsonText() {}

  /** Says what the parser stands on: {@code a number (42)}. */
  static String describe(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return "nothing";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string (" + Quoted.of(parser.getText()) + ")";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number (" + parser.getText() + ")";
      default -> parser.getText();
    };
  }

  /** Says what is wrong with text that is no JSON, or is beyond the limits. */
  static String describe(JsonProcessingException problem) {
    if (!(problem instanceof StreamConstraintsException)) {
      return JsonProblem.describe(problem);
    }
    String message = problem.getOriginalMessage();
    if (message.startsWith("String value length")) {
      return "a string is longer than " + (MAX_TEXT_CHARS >> 20) + " MiB, the most that is read";
    }
    if (message.startsWith("Document nesting depth")) {
      return "objects and arrays are nested deeper than " + MAX_DEPTH + ", the most that is read";
    }
    if (message.startsWith("Name length")) {
      return "the name of a field is longer than " + MAX_NAME_CHARS + " characters";
    }
    return "a number has more digits than can be read";
  }

  /** {@code :12:345}, line and column, or nothing if they are not known. */
  static String at(JsonLocation location) {
    return location == null || location.getLineNr() < 1
        ? ""
        : ":" + location.getLineNr() + ":" + location.getColumnNr();
  }
}

package dev.crossplan.planner.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An object of Nix's internal-json (src/libutil/logging.cc and logging.hh, the same in 2.8 and
 * 2.34).
 *
 * @param action start, stop, result or msg
 * @param id of the activity
 * @param type of an activity or a result; -1 where there is none
 * @param level of a message: 0 is an error
 * @param message of one
 * @param fields as text
 */
record LogEvent(String action, long id, int type, int level, String message, List<String> fields) {
  private static final JsonFactory JSON = new JsonFactory();

  static LogEvent read(String json) throws IOException {
    String action = "";
    long id = -1;
    int type = -1;
    int level = -1;
    String message = "";
    List<String> fields = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        switch (name) {
          case "action" -> action = parser.getValueAsString("");
          case "id" -> id = parser.getValueAsLong(-1);
          case "type" -> type = parser.getValueAsInt(-1);
          case "level" -> level = parser.getValueAsInt(-1);
          case "msg" -> message = parser.getValueAsString("");
          case "fields" -> addTexts(parser, fields);
          default -> parser.skipChildren();
        }
      }
    }
    return new LogEvent(action, id, type, level, message, fields);
  }

  private static void addTexts(JsonParser parser, List<String> texts) throws IOException {
    if (!parser.isExpectedStartArrayToken()) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      texts.add(parser.getValueAsString(""));
      parser.skipChildren();
    }
  }

  /** {@code start 105}. */
  String kind() {
    return type < 0 ? action : action + " " + type;
  }

  /** A field; empty if there are not so many. */
  String field(int index) {
    return index < fields.size() ? fields.get(index) : "";
  }
}

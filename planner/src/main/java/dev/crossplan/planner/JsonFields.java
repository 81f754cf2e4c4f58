package dev.crossplan.planner;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;

/** Fields of JSON objects whose values are more than one text or number. */
public final class JsonFields {
  private JsonFields() {}

  /** An array of strings. */
  public static void strings(JsonGenerator json, String field, Iterable<String> strings)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (String string : strings) {
      json.writeString(string);
    }
    json.writeEndArray();
  }

  /** A string, as the value tells itself, or null. */
  public static void optional(JsonGenerator json, String field, Optional<?> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(field, value.get().toString());
    } else {
      json.writeNullField(field);
    }
  }

  /** A number, or null. */
  public static void optional(JsonGenerator json, String field, OptionalDouble value)
      throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(field, value.getAsDouble());
    } else {
      json.writeNullField(field);
    }
  }
}

package dev.crossplan.planner.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.JsonProblem;
import dev.crossplan.planner.history.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Entries of the history as JSON: an object each, see docs/history.md. */
public final class EntryJson {
  static final JsonFactory JSON = new JsonFactory();

  private static final ImmutableSet<String> PLAIN =
      ImmutableSet.of(
          "seconds",
          "cores",
          "cpuSeconds",
          "waitedSeconds",
          "neighbours",
          "sourceBytes",
          "compiledFiles",
          "codeStatements",
          "headerLines",
          "configureChecks",
          "byLibtool",
          "compiledTwice",
          "lasting");

  private EntryJson() {}

  /** Writes an entry. What is not known is null. */
  public static void write(JsonGenerator json, Entry entry) throws IOException {
    ImmutableMap<String, String> fields = EntryFields.of(entry);
    json.writeStartObject();
    for (String name : EntryFields.NAMES) {
      json.writeFieldName(name);
      @Nullable String text = fields.get(name);
      if (name.equals("phases")) {
        writePhases(json, entry.timing().circumstances().phases());
      } else if (name.equals("traits")) {
        json.writeStartArray();
        for (Object trait : entry.timing().circumstances().traits()) {
          json.writeString(trait.toString());
        }
        json.writeEndArray();
      } else if (text == null) {
        json.writeNull();
      } else if (PLAIN.contains(name)) {
        json.writeRawValue(text);
      } else {
        json.writeString(text);
      }
    }
    json.writeEndObject();
  }

  static void writePhases(JsonGenerator json, ImmutableMap<String, Double> phases)
      throws IOException {
    json.writeStartObject();
    for (Map.Entry<String, Double> phase : phases.entrySet()) {
      json.writeNumberField(phase.getKey(), phase.getValue());
    }
    json.writeEndObject();
  }

  /**
   * Reads an object a line.
   *
   * @param source what messages call the stream
   * @throws InputException if a line is no entry
   */
  static void read(String source, InputStream in, String remedy, Consumer<Entry> entries)
      throws IOException {
    Lines lines = new Lines(source, in);
    for (String line = lines.next(); line != null; line = lines.next()) {
      if (line.isBlank()) {
        continue;
      }
      try (JsonParser parser = JSON.createParser(line)) {
        entries.accept(entry(parser));
      } catch (JsonProcessingException e) {
        throw new InputException(lines.place() + ": " + JsonProblem.describe(e), remedy, e);
      } catch (InputException e) {
        throw new InputException(lines.place() + ": " + e.getMessage(), remedy, e);
      }
    }
  }

  private static Entry entry(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new InputException("an object was expected");
    }
    Map<String, String> fields = new HashMap<>();
    ImmutableMap<String, Double> phases = ImmutableMap.of();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (name.equals("phases")) {
        phases = phases(parser);
      } else if (token == JsonToken.START_ARRAY) {
        fields.put(name, words(parser));
      } else if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
        fields.put(name, parser.getText());
      } else {
        parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw new InputException("there is something after the object");
    }
    return EntryFields.entry(fields, phases);
  }

  private static String words(JsonParser parser) throws IOException {
    StringBuilder words = new StringBuilder();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      words.append(words.length() == 0 ? "" : ",").append(parser.getValueAsString(""));
      parser.skipChildren();
    }
    return words.toString();
  }

  /** Reads seconds by name of the phase. */
  static ImmutableMap<String, Double> phases(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new InputException("phases: not an object with seconds by name");
    }
    Map<String, Double> phases = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      try {
        phases.put(name, EntryFields.seconds(parser.getValueAsString("")));
      } catch (IllegalArgumentException e) {
        throw new InputException("phases: " + name + " is no number of seconds", null, e);
      }
      parser.skipChildren();
    }
    return ImmutableMap.copyOf(phases);
  }
}

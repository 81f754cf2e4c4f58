package dev.crossplan.planner.derivation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a derivation that has {@code __structuredAttrs}: one JSON object, see
 * "Structured attributes" in the Nix manual. Kept as text, because the text is part of what is
 * hashed; parsed when first asked for an attribute.
 */
public final class StructuredAttributes {
  /** The environment variable they are in: always in .drv files, in JSON before Nix 2.30. */
  static final String VARIABLE = "__json";

  private final String json;
  private volatile @Nullable ImmutableMap<String, Object> attributes;

  /**
   * @param json an object; whether it is one shows when an attribute is asked for
   */
  public StructuredAttributes(String json) {
    SurrogateEscape.check(json);
    this.json = json;
  }

  /** The text of the JSON object. */
  public String json() {
    return json;
  }

  /** Reads the JSON, within the limits for all that is read; at its start. */
  public JsonParser parser() throws IOException {
    return JsonText.FACTORY.createParser(json);
  }

  /**
   * The same with other texts in its strings. Nix sorts the members of objects by their names, and
   * a name may be one of the texts.
   *
   * @param replaced the JSON with the other texts, its members where they were
   */
  StructuredAttributes withTexts(String replaced) {
    if (replaced.equals(json)) {
      return this;
    }
    try (JsonParser parser = JsonText.FACTORY.createParser(replaced)) {
      parser.nextToken();
      String sorted = readObject(parser).json();
      // What differs in more than its order was not written by Nix; it stays as it was written.
      return new StructuredAttributes(sorted.length() == replaced.length() ? sorted : replaced);
    } catch (IOException e) {
      return new StructuredAttributes(replaced); // whoever asks for an attribute is told
    }
  }

  /**
   * The same with other texts as the strings in it. What has a name, or is a number, stays.
   *
   * @throws InputException if the text is no JSON object
   */
  public StructuredAttributes withValues(UnaryOperator<String> replacing) {
    try (JsonParser parser = JsonText.FACTORY.createParser(json)) {
      parser.nextToken();
      StringBuilder replaced = new StringBuilder(json.length());
      write(parser, replaced, replacing);
      return new StructuredAttributes(replaced.toString());
    } catch (JsonProcessingException e) {
      throw notJson(e);
    } catch (IOException e) {
      throw new IllegalStateException("text in memory cannot be read", e);
    }
  }

  /**
   * The same with more attributes, where there are none of these names.
   *
   * @throws InputException if the text is no JSON object
   */
  StructuredAttributes withMissing(Map<String, String> texts) {
    StringBuilder more = new StringBuilder("{");
    texts.forEach(
        (name, text) -> {
          if (!names().contains(name)) {
            quote(name, more);
            quote(text, more.append(':'));
            more.append(',');
          }
        });
    if (more.length() == 1) {
      return this;
    }
    if (names().isEmpty()) {
      more.setLength(more.length() - 1);
    }
    return new StructuredAttributes("{}")
        .withTexts(more.append(json, json.indexOf('{') + 1, json.length()).toString());
  }

  /**
   * The value of an attribute: a {@code String} (also for numbers, and for booleans as Nix writes
   * them in an environment: true is "1", false is ""), a {@code List} or a {@code Map} of such;
   * null if there is none or it is null.
   *
   * @throws InputException if the text is no JSON object
   */
  @Nullable Object value(String name) {
    return parsed().get(name);
  }

  /**
   * The names of the attributes.
   *
   * @throws InputException if the text is no JSON object
   */
  ImmutableSet<String> names() {
    return parsed().keySet();
  }

  private ImmutableMap<String, Object> parsed() {
    ImmutableMap<String, Object> parsed = attributes;
    if (parsed == null) {
      // Two threads may both parse; they get the same.
      parsed = parse(json);
      attributes = parsed;
    }
    return parsed;
  }

  private static ImmutableMap<String, Object> parse(String json) {
    try (JsonParser parser = JsonText.FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InputException(
            "structured attributes are " + JsonText.describe(parser) + ", an object was expected");
      }
      @SuppressWarnings("unchecked") // an object is read as a map of names to values
      ImmutableMap<String, Object> read = (ImmutableMap<String, Object>) read(parser);
      if (parser.nextToken() != null) {
        throw new InputException("structured attributes have text after their object");
      }
      return read;
    } catch (JsonProcessingException e) {
      throw notJson(e);
    } catch (IOException e) {
      throw new IllegalStateException("text in memory cannot be read", e);
    }
  }

  private static InputException notJson(JsonProcessingException e) {
    return new InputException(
        "structured attributes" + JsonText.at(e.getLocation()) + ": " + JsonText.describe(e),
        null,
        e);
  }

  /** Reads the value the parser is on. Recursive: the parser limits the depth. */
  private static Object read(JsonParser parser) throws IOException {
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          // A null attribute is as good as none: stdenv ignores it.
          if (parser.nextToken() != JsonToken.VALUE_NULL) {
            members.put(name, read(parser));
          }
        }
        return ImmutableMap.copyOf(members);
      }
      case START_ARRAY -> {
        ImmutableList.Builder<Object> elements = ImmutableList.builder();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements.add(read(parser));
        }
        return elements.build();
      }
      case VALUE_TRUE -> {
        return "1";
      }
      case VALUE_FALSE, VALUE_NULL -> {
        return "";
      }
      default -> {
        return parser.getText();
      }
    }
  }

  /**
   * Reads the object the parser is on, and writes it as Nix does: no white space, names sorted, no
   * needless escapes.
   */
  static StructuredAttributes readObject(JsonParser parser) throws IOException {
    StringBuilder json = new StringBuilder();
    write(parser, json, UnaryOperator.identity());
    return new StructuredAttributes(json.toString());
  }

  private static void write(JsonParser parser, StringBuilder json, UnaryOperator<String> replacing)
      throws IOException {
    if (json.length() > JsonText.MAX_TEXT_CHARS) {
      throw new InputException(
          "structured attributes are longer than " + (JsonText.MAX_TEXT_CHARS >> 20) + " MiB");
    }
    switch (parser.currentToken()) {
      case START_OBJECT -> writeMembers(parser, json, replacing);
      case START_ARRAY -> {
        json.append('[');
        for (boolean first = true; parser.nextToken() != JsonToken.END_ARRAY; first = false) {
          json.append(first ? "" : ",");
          write(parser, json, replacing);
        }
        json.append(']');
      }
      case VALUE_STRING -> quote(replacing.apply(parser.getText()), json);
      default -> {
        // Numbers, too, stay as Nix wrote them.
        json.append(parser.getText());
      }
    }
  }

  private static void writeMembers(
      JsonParser parser, StringBuilder json, UnaryOperator<String> replacing) throws IOException {
    int start = json.length();
    List<String> names = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    boolean sorted = true;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (!names.isEmpty()) {
        int order = SurrogateEscape.BYTE_ORDER.compare(names.get(names.size() - 1), name);
        sorted &= order < 0;
      }
      names.add(name);
      json.append(',');
      quote(name, json);
      json.append(':');
      parser.nextToken();
      write(parser, json, replacing);
      ends.add(json.length());
    }
    if (names.isEmpty()) {
      json.append("{}");
      return;
    }
    if (!sorted) {
      sortMembers(names, ends, start, json);
    }
    json.setCharAt(start, '{');
    json.append('}');
  }

  /** Sorts what stands from {@code start} on: a comma and a member, for each name. */
  private static void sortMembers(
      List<String> names, List<Integer> ends, int start, StringBuilder json) {
    Map<String, String> sorted = new TreeMap<>(SurrogateEscape.BYTE_ORDER);
    int from = start;
    for (int i = 0; i < names.size(); i++) {
      if (sorted.put(names.get(i), json.substring(from, ends.get(i))) != null) {
        throw new InputException(
            "structured attributes have two values for " + Quoted.of(names.get(i)));
      }
      from = ends.get(i);
    }
    json.setLength(start);
    sorted.values().forEach(json::append);
  }

  private static void quote(String text, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < 0x20) {
            json.append(String.format("\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StructuredAttributes that && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  @Override
  public String toString() {
    return json;
  }
}

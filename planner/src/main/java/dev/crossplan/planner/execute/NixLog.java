package dev.crossplan.planner.execute;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Nix writes to a file with {@code --log-format internal-json}, while it writes it:
 * lines of {@code @nix } and a JSON object. Activities and results have numbers as types
 * (src/libutil/logging.hh of Nix 2.8, ActivityType and ResultType); those that do not matter here,
 * and what later versions add, are passed over.
 */
final class NixLog implements AutoCloseable {
  private static final String PREFIX = "@nix ";
  private static final JsonFactory JSON = new JsonFactory();

  private final InputStream in;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final byte[] buffer = new byte[1 << 16];

  NixLog(Path file) throws IOException {
    this.in = Files.newInputStream(file);
  }

  /** Hands on what was written since the last time, up to the last whole line. */
  void read(Consumer<NixEvent> events) throws IOException {
    for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
      for (int i = 0; i < read; i++) {
        if (buffer[i] == '\n') {
          parse(line.toString(StandardCharsets.UTF_8)).ifPresent(events);
          line.reset();
        } else {
          line.write(buffer[i]);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Reads a line; empty if it tells nothing that matters. */
  static Optional<NixEvent> parse(String line) {
    if (!line.startsWith(PREFIX)) {
      return line.isBlank() ? Optional.empty() : Optional.of(said(line));
    }
    try (JsonParser json = JSON.createParser(line.substring(PREFIX.length()))) {
      return Optional.ofNullable(event(json));
    } catch (IOException e) {
      return Optional.of(said(line)); // cut off, or none of Nix
    }
  }

  private static NixEvent said(String line) {
    return new NixEvent.Message(NixEvent.Message.INFO, line);
  }

  private static @Nullable NixEvent event(JsonParser json) throws IOException {
    String action = "";
    String message = "";
    int type = -1;
    long id = 0;
    int level = NixEvent.Message.INFO;
    List<String> fields = new ArrayList<>();
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "action" -> action = json.getText();
        case "msg" -> message = json.getText();
        case "type" -> type = json.getValueAsInt(-1);
        case "id" -> id = json.getValueAsLong();
        case "level" -> level = json.getValueAsInt(level);
        case "fields" -> addTexts(json, fields);
        default -> json.skipChildren();
      }
    }
    String first = fields.isEmpty() ? "" : fields.get(0);
    return switch (action + " " + type) {
      case "start 105" -> new NixEvent.Building(first); // derivation, machine, 1, 1
      case "start 100" -> new NixEvent.Copying(id); // path, from, to
      case "stop -1" -> new NixEvent.Stopped(id);
      case "result 101" -> new NixEvent.LogLine(first);
      case "result 104" -> new NixEvent.Phase(first);
      case "msg -1" -> new NixEvent.Message(level, message);
      default -> null;
    };
  }

  private static void addTexts(JsonParser json, List<String> texts) throws IOException {
    if (!json.isExpectedStartArrayToken()) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      texts.add(json.getValueAsString(""));
      json.skipChildren();
    }
  }
}

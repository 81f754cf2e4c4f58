package dev.crossplan.planner.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.JsonProblem;
import dev.crossplan.planner.history.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PushbackInputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * Entries of the history as files: CSV with a header (RFC 4180), or an object of JSON a line. What
 * is written is read as what it was.
 */
public final class EntryFile {
  private static final String REMEDY =
      "Maybe write it anew: crossplan history export --output FILE";

  private EntryFile() {}

  /** Hands on all that is to be written. */
  @FunctionalInterface
  public interface Entries {
    void forEach(Consumer<Entry> consumer);
  }

  public static void writeJson(OutputStream out, Entries entries) throws IOException {
    JsonGenerator json =
        EntryJson.JSON
            .createGenerator(out)
            .setRootValueSeparator(null)
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    each(
        entries,
        entry -> {
          EntryJson.write(json, entry);
          json.writeRaw('\n');
        });
    json.close();
  }

  public static void writeCsv(OutputStream out, Entries entries) throws IOException {
    Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    Rows.FORMAT.printRecord(writer, EntryFields.NAMES.toArray());
    each(entries, entry -> Rows.FORMAT.printRecord(writer, cells(entry).toArray()));
    writer.flush();
  }

  /** An entry is handed on by who knows no files. */
  private static void each(Entries entries, Writing writing) throws IOException {
    try {
      entries.forEach(
          entry -> {
            try {
              writing.write(entry);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @FunctionalInterface
  private interface Writing {
    void write(Entry entry) throws IOException;
  }

  private static List<String> cells(Entry entry) throws IOException {
    ImmutableMap<String, String> fields = EntryFields.of(entry);
    ImmutableMap<String, Double> phases = entry.timing().circumstances().phases();
    List<String> cells = new ArrayList<>();
    for (String name : EntryFields.NAMES) {
      cells.add(
          name.equals("phases") && !phases.isEmpty()
              ? phases(phases)
              : fields.getOrDefault(name, ""));
    }
    return cells;
  }

  private static String phases(ImmutableMap<String, Double> phases) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = EntryJson.JSON.createGenerator(text)) {
      EntryJson.writePhases(json, phases);
    }
    return text.toString();
  }

  /**
   * Reads either.
   *
   * @param source what messages call the stream
   * @throws InputException if a line is no entry
   */
  static void read(String source, InputStream in, Consumer<Entry> entries) throws IOException {
    PushbackInputStream again = new PushbackInputStream(in);
    int first = again.read();
    if (first < 0) {
      return;
    }
    again.unread(first);
    if (first == '{') {
      EntryJson.read(source, again, REMEDY, entries);
    } else {
      readCsv(new Rows(source, again, REMEDY), entries);
    }
  }

  private static void readCsv(Rows rows, Consumer<Entry> entries) throws IOException {
    @Nullable CSVRecord header = rows.next();
    if (header == null) {
      return;
    }
    if (!header.toList().contains(EntryFields.FIRST)) {
      throw rows.problem("not the header of an export: " + String.join(",", EntryFields.NAMES));
    }
    for (CSVRecord row = rows.next(); row != null; row = rows.next()) {
      if (row.size() != header.size()) {
        throw rows.problem(row.size() + " fields, the header has " + header.size());
      }
      Map<String, String> fields = new HashMap<>();
      for (int i = 0; i < row.size(); i++) {
        fields.put(header.get(i), row.get(i));
      }
      try {
        entries.accept(EntryFields.entry(fields, phases(fields.getOrDefault("phases", ""))));
      } catch (InputException e) {
        throw rows.problem(String.valueOf(e.getMessage()));
      }
    }
  }

  private static ImmutableMap<String, Double> phases(String text) throws IOException {
    if (text.isEmpty()) {
      return ImmutableMap.of();
    }
    try (JsonParser parser = EntryJson.JSON.createParser(text)) {
      parser.nextToken();
      return EntryJson.phases(parser);
    } catch (JsonProcessingException e) {
      throw new InputException("phases: " + JsonProblem.describe(e), null, e);
    }
  }
}

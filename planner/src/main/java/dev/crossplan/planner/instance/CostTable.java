package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Longs;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.InputFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cost file of a manifest: a header {@code package,seconds} or {@code package,seconds,bytes},
 * then a package a line.
 *
 * @param seconds by package name
 * @param bytes of the files of all outputs together; without those of which the file does not say
 *     it
 */
record CostTable(ImmutableMap<String, Double> seconds, ImmutableMap<String, Long> bytes) {
  private static final long MOST_BYTES = 1L << 50;
  private static final List<String> HEADER = List.of("package", "seconds", "bytes");

  /** Says nothing. */
  static final CostTable EMPTY = new CostTable(ImmutableMap.of(), ImmutableMap.of());

  /**
   * Reads one.
   *
   * @throws InputException if the header is another, a line has not as many fields, or one of them
   *     is no number from 0
   */
  static CostTable read(Path file) {
    return InputFile.read(file, in -> parse(file, in));
  }

  private static CostTable parse(Path file, InputStream in) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    String header = lines.readLine();
    List<String> columns = header == null ? List.of() : fields(header);
    if (columns.size() < 2 || !HEADER.subList(0, columns.size()).equals(columns)) {
      throw new InputException(
          file
              + ":1: the header is not package,seconds but "
              + (header == null ? "missing" : header),
          "Maybe write package,seconds above the rest, and under it a package a line: zlib,30.");
    }
    Map<String, Double> seconds = new LinkedHashMap<>();
    ImmutableMap.Builder<String, Long> bytes = ImmutableMap.builder();
    int number = 1;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      List<String> fields = fields(line);
      if (fields.size() != columns.size() || fields.get(0).isEmpty()) {
        throw new InputException(
            file + ":" + number + ": not " + String.join(",", columns) + ": " + line,
            "Maybe zlib,30 is the form; a name that has a comma stands in quotes.");
      }
      String name = fields.get(0);
      String value = fields.get(1);
      Double before = seconds.put(name, seconds(file, number, value));
      if (before != null) {
        throw new InputException(
            file + ":" + number + ": a second line for " + name + ", the first says " + before,
            "Maybe take one of them out.");
      }
      if (fields.size() > 2 && !fields.get(2).isEmpty()) {
        bytes.put(name, bytes(file, number, fields.get(2)));
      }
    }
    return new CostTable(ImmutableMap.copyOf(seconds), bytes.build());
  }

  /**
   * The fields of a line, without white space around them. In quotes a comma is none, and two
   * quotes are one, as in RFC 4180; a line feed is always the end of a line. Empty where what
   * follows a quoted field is no comma, or a quote is not closed.
   */
  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    String rest = line.strip();
    while (true) {
      int end = rest.startsWith("\"") ? closingQuote(rest) + 1 : rest.indexOf(',');
      String field = end < 0 ? rest : rest.substring(0, end).strip();
      boolean isQuoted = field.startsWith("\"");
      if (isQuoted ? end == 0 : field.indexOf('"') >= 0) {
        return List.of();
      }
      fields.add(isQuoted ? field.substring(1, field.length() - 1).replace("\"\"", "\"") : field);
      String after = end < 0 ? "" : rest.substring(end).strip();
      if (after.isEmpty()) {
        return fields;
      }
      if (after.charAt(0) != ',') {
        return List.of();
      }
      rest = after.substring(1).strip();
    }
  }

  /** The place of the quote that closes the one at the beginning; -1 if there is none. */
  private static int closingQuote(String text) {
    int quote = text.indexOf('"', 1);
    while (quote >= 0 && text.startsWith("\"\"", quote)) {
      quote = text.indexOf('"', quote + 2);
    }
    return quote;
  }

  private static long bytes(Path file, int line, String text) {
    @Nullable Long bytes = Longs.tryParse(text);
    if (bytes != null && bytes >= 0 && bytes <= MOST_BYTES) {
      return bytes;
    }
    throw new InputException(
        file + ":" + line + ": bytes must be a whole number from 0 to 2^50, not " + text,
        "Maybe it has a unit: 1048576 is a MiB. Where the size is not known, nothing stands there.");
  }

  private static double seconds(Path file, int line, String text) {
    try {
      double seconds = Double.parseDouble(text);
      if (seconds >= 0 && seconds <= Section.MOST_AMOUNT) {
        return seconds;
      }
    } catch (NumberFormatException e) {
      // told below, with what is out of range
    }
    throw new InputException(
        file
            + ":"
            + line
            + ": seconds must be a number from 0 to "
            + Section.plain(Section.MOST_AMOUNT)
            + ", not "
            + text,
        "Maybe it has a unit, or is in another: 90 is a minute and a half.");
  }
}

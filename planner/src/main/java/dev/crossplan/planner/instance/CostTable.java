package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
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

/**
 * What a manifest says of packages in a file: a header {@code package,seconds} or {@code
 * package,bytes}, then a package a line.
 */
final class CostTable {
  private static final String SECONDS = "seconds";
  private static final String BYTES = "bytes";

  private CostTable() {}

  /**
   * Seconds by package name.
   *
   * @throws InputException if the header is another, a line has not two fields, or seconds is no
   *     number from 0
   */
  static ImmutableMap<String, Double> seconds(Path file) {
    return InputFile.read(file, in -> parse(file, SECONDS, in));
  }

  /**
   * Bytes by package name.
   *
   * @throws InputException if the header is another, a line has not two fields, or bytes is no
   *     number from 0
   */
  static ImmutableMap<String, Long> bytes(Path file) {
    ImmutableMap<String, Double> numbers = InputFile.read(file, in -> parse(file, BYTES, in));
    return ImmutableMap.copyOf(Maps.transformValues(numbers, bytes -> Math.round(bytes)));
  }

  private static ImmutableMap<String, Double> parse(Path file, String column, InputStream in)
      throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    String header = lines.readLine();
    if (header == null || !fields(header).equals(List.of("package", column))) {
      throw new InputException(
          file
              + (":1: the header is not package," + column + " but ")
              + (header == null ? "missing" : header),
          "Maybe write package,"
              + column
              + " above the rest, and under it a package a line: zlib,30.");
    }
    Map<String, Double> numbers = new LinkedHashMap<>();
    int number = 1;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      List<String> fields = fields(line);
      if (fields.size() != 2 || fields.get(0).isEmpty()) {
        throw new InputException(
            file + ":" + number + ": not package," + column + ": " + line,
            "Maybe zlib,30 is the form; a name that has a comma stands in quotes.");
      }
      String name = fields.get(0);
      String value = fields.get(1);
      Double before = numbers.put(name, number(file, number, column, value));
      if (before != null) {
        throw new InputException(
            file + ":" + number + ": a second line for " + name + ", the first says " + before,
            "Maybe take one of them out.");
      }
    }
    return ImmutableMap.copyOf(numbers);
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

  private static double number(Path file, int line, String column, String text) {
    try {
      double number = Double.parseDouble(text);
      if (number >= 0 && number <= Section.MOST_AMOUNT) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, with what is out of range
    }
    throw new InputException(
        file
            + ":"
            + line
            + (": " + column + " must be a number from 0 to ")
            + Section.plain(Section.MOST_AMOUNT)
            + ", not "
            + text,
        "Maybe it has a unit, or is in another: "
            + (column.equals(BYTES) ? "1048576 is a MiB." : "90 is a minute and a half."));
  }
}

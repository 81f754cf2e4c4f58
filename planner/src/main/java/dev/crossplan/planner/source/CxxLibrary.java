package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableMap;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;

/**
 * How long the headers of the C++ library are that have more than a thousand lines, with all that
 * they include: what {@code g++ -E -P -std=c++17} of Debian 12 makes of one, but for empty lines.
 */
final class CxxLibrary {
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();

  private static final ImmutableMap<String, Integer> LINES = read();

  private CxxLibrary() {}

  /**
   * How many lines are read. Headers have much in common, which is read once: together they are
   * about as long as the root of the sum of their squares.
   *
   * @param headers as they are included; others are passed over
   */
  static double lines(Collection<String> headers) {
    double squares = 0;
    for (String header : headers) {
      double lines = LINES.getOrDefault(header, 0);
      squares += lines * lines;
    }
    return Math.sqrt(squares);
  }

  private static ImmutableMap<String, Integer> read() {
    ImmutableMap.Builder<String, Integer> lines = ImmutableMap.builder();
    try (CSVParser rows =
        CSVParser.parse(
            Resources.getResource(CxxLibrary.class, "cxx-library.csv"),
            StandardCharsets.UTF_8,
            FORMAT)) {
      rows.forEach(row -> lines.put(row.get("header"), Integer.valueOf(row.get("lines"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines.buildOrThrow();
  }
}

package dev.crossplan.planner.report;

import dev.crossplan.planner.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** The rows of comma-separated values (RFC 4180); empty lines are none. */
final class Rows {
  static final CSVFormat FORMAT = CSVFormat.RFC4180.builder().setIgnoreEmptyLines(true).get();

  private final String source;
  private final String remedy;
  private final CSVParser parser;
  private final Iterator<CSVRecord> rows;
  private long line;

  /**
   * @param source what messages call the stream
   * @param remedy of whatever is wrong with it
   */
  Rows(String source, InputStream in, String remedy) throws IOException {
    this.source = source;
    this.remedy = remedy;
    this.parser = CSVParser.parse(new InputStreamReader(in, StandardCharsets.UTF_8), FORMAT);
    this.rows = parser.iterator();
  }

  /**
   * The next row; null after the last.
   *
   * @throws InputException if it is none, such as a quoted field without an end
   */
  @Nullable CSVRecord next() throws IOException {
    try {
      line = parser.getCurrentLineNumber() + 1;
      return rows.hasNext() ? rows.next() : null;
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CSVException broken) {
        throw problem("not well-formed CSV: " + broken.getMessage());
      }
      throw e.getCause();
    }
  }

  /** What is wrong with the row that was read last. */
  InputException problem(String what) {
    return new InputException(source + ":" + line + ": " + what, remedy);
  }
}

package dev.crossplan.planner.report;

import dev.crossplan.planner.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a stream, of limited length, each handed on as soon as it is there: readers of the
 * Java library wait for what comes after it.
 */
final class Lines {
  private static final int MOST_BYTES = 64 << 20;

  private final String source;
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int end;
  private int number;
  private boolean isWhole;

  /**
   * @param source what messages call the stream
   */
  Lines(String source, InputStream in) {
    this.source = source;
    this.in = in;
  }

  /** The next line without its end; null after the last. */
  @Nullable String next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    number++;
    isWhole = false;
    while (true) {
      if (at == end) {
        at = 0;
        end = in.read(buffer);
        if (end < 0) {
          end = 0;
          return line.size() == 0 ? null : line.toString(StandardCharsets.UTF_8);
        }
      }
      int stop = at;
      while (stop < end && buffer[stop] != '\n') {
        stop++;
      }
      line.write(buffer, at, stop - at);
      if (line.size() > MOST_BYTES) {
        throw new InputException(
            place() + ": the line is longer than " + (MOST_BYTES >> 20) + " MiB",
            "Maybe it is a file of another kind.");
      }
      at = stop;
      if (stop < end) {
        at++;
        isWhole = true;
        return line.toString(StandardCharsets.UTF_8);
      }
    }
  }

  /** Whether the last line that was read has its end: what was cut off has not. */
  boolean isWhole() {
    return isWhole;
  }

  /** {@code build.log:12}, of the last line that was read. */
  String place() {
    return source + ":" + number;
  }
}

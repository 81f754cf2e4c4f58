package dev.crossplan.planner.derivation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.InputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.function.Executable;

/** What tests of bad input share. */
final class Messages {
  private Messages() {}

  /** Demands that bad input is refused with exactly this message. */
  static void assertRefused(String message, Executable reading) {
    InputException refused = assertThrows(InputException.class, reading);
    assertEquals(message, refused.getMessage());
  }

  /** Demands that bad input is refused with a message that has this part, on one line. */
  static InputException assertRefusedWith(String part, Executable reading) {
    InputException refused = assertThrows(InputException.class, reading);
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains(part), message);
    assertTrue(message.indexOf('\n') < 0, message);
    return refused;
  }

  static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zipped.toByteArray();
  }

  /** A start, and then one byte again and again. */
  static InputStream endless(String start, char then, long bytes) {
    return new InputStream() {
      private final InputStream first = stream(start);
      private long left = bytes;

      @Override
      public int read() throws IOException {
        int read = first.read();
        return read >= 0 ? read : left-- > 0 ? then : -1;
      }

      @Override
      public int read(byte[] to, int from, int length) throws IOException {
        int read = first.read(to, from, length);
        if (read >= 0 || left <= 0) {
          return read;
        }
        int more = (int) Math.min(left, length);
        Arrays.fill(to, from, from + more, (byte) then);
        left -= more;
        return more;
      }
    };
  }
}

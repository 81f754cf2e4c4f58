package dev.crossplan.cross.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Text in files that ends at a byte 0. */
final class Names {
  private static final int FIRST_BYTES = 128;

  private Names() {}

  /**
   * Reads a name.
   *
   * @param most bytes that it may have
   * @throws MalformedFileException if no byte 0 comes before that, or before the end
   */
  static String at(FileRange names, long offset, int most) throws IOException {
    long left = Math.min(most, names.size() - offset);
    for (int bytes = FIRST_BYTES; ; bytes = 2 * bytes) {
      ByteBuffer text = names.read(offset, (int) Math.min(bytes, left));
      for (int end = 0; end < text.limit(); end++) {
        if (text.get(end) == 0) {
          return StandardCharsets.UTF_8.decode(text.slice(0, end)).toString();
        }
      }
      if (bytes >= left) {
        throw new MalformedFileException("a name at " + offset + " has no end");
      }
    }
  }
}

package dev.crossplan.planner.derivation;

import java.security.MessageDigest;
import java.util.Arrays;

/** Bytes that are being written; cleared and used again, it allocates nothing. */
final class ByteSink {
  private byte[] bytes;
  private int length;

  ByteSink(int capacity) {
    bytes = new byte[Math.max(capacity, 16)];
  }

  void clear() {
    length = 0;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  void digest(MessageDigest digest) {
    digest.update(bytes, 0, length);
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), bytes.length * 2));
    }
  }

  /** Puts the first of some bytes. */
  void putBytes(byte[] more, int count) {
    reserve(count);
    System.arraycopy(more, 0, bytes, length, count);
    length += count;
  }

  /** Puts ASCII. */
  @SuppressWarnings("deprecation") // the quick way to the low bytes, which is all that ASCII has
  void putAscii(String text) {
    reserve(text.length());
    text.getBytes(0, text.length(), bytes, length);
    length += text.length();
  }

  void put(char ascii) {
    reserve(1);
    bytes[length++] = (byte) ascii;
  }

  /** Puts any text, see {@link SurrogateEscape}. */
  void putText(String text) {
    reserve(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        if (length == bytes.length) {
          reserve(text.length() - i);
        }
        bytes[length++] = (byte) c;
      } else {
        i += putBeyondAscii(text, i);
      }
    }
  }

  /** Puts any text with the escapes of a string in a .drv file. */
  void putEscaped(String text) {
    reserve(text.length() + 2);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        i += putBeyondAscii(text, i);
        continue;
      }
      if (bytes.length - length < 2) {
        reserve(2 + text.length() - i);
      }
      char escape =
          switch (c) {
            case '"', '\\' -> c;
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> 0;
          };
      if (escape != 0) {
        bytes[length++] = '\\';
      }
      bytes[length++] = (byte) (escape == 0 ? c : escape);
    }
  }

  /** Puts the character at {@code at}; returns how many chars it has beyond its first. */
  int putBeyondAscii(String text, int at) {
    reserve(4 + text.length() - at);
    char c = text.charAt(at);
    if (c < 0x800) {
      bytes[length++] = (byte) (0xc0 | (c >> 6));
      bytes[length++] = continuation(c);
    } else if (!Character.isSurrogate(c)) {
      bytes[length++] = (byte) (0xe0 | (c >> 12));
      bytes[length++] = continuation(c >> 6);
      bytes[length++] = continuation(c);
    } else if (SurrogateEscape.startsPair(text, at)) {
      int codePoint = text.codePointAt(at);
      bytes[length++] = (byte) (0xf0 | (codePoint >> 18));
      bytes[length++] = continuation(codePoint >> 12);
      bytes[length++] = continuation(codePoint >> 6);
      bytes[length++] = continuation(codePoint);
      return 1;
    } else if (SurrogateEscape.isEscape(c)) {
      bytes[length++] = (byte) c;
    } else {
      throw SurrogateEscape.loneSurrogate(text, at);
    }
    return 0;
  }

  private static byte continuation(int bits) {
    return (byte) (0x80 | (bits & 0x3f));
  }
}

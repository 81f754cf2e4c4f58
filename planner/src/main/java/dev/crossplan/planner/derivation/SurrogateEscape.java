package dev.crossplan.planner.derivation;

import dev.crossplan.planner.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;

/**
 * UTF-8 in which no byte is lost. Strings of Nix are bytes, mostly but not always UTF-8: a byte
 * that is not part of valid UTF-8 becomes the lone surrogate U+DC80 to U+DCFF whose low eight bits
 * it is, and that surrogate becomes the byte again (PEP 383 calls this "surrogateescape"). Every
 * byte sequence decodes, and encodes to itself.
 */
public final class SurrogateEscape {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long NOT_ASCII = 0x8080808080808080L;
  private static final char ESCAPE = 0xdc00;

  /** The order of the encoded bytes, which is Nix's order of names. */
  public static final Comparator<String> BYTE_ORDER = SurrogateEscape::compare;

  private SurrogateEscape() {}

  /** Decodes {@code bytes}; never fails. */
  public static String decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  static String decode(byte[] bytes, int from, int to) {
    if (asciiChars(bytes, from, to) == to - from) {
      return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
    char[] chars = new char[to - from];
    int length = 0;
    int at = from;
    while (at < to) {
      int size = sequence(bytes, at, to);
      length += put(bytes, at, size, chars, length);
      at += Math.max(size, 1);
    }
    return new String(chars, 0, length);
  }

  /**
   * Encodes {@code text}.
   *
   * @throws InputException if it has a surrogate that is neither half of a pair nor an escaped byte
   */
  public static byte[] encode(String text) {
    ByteSink bytes = new ByteSink(text.length());
    bytes.putText(text);
    return bytes.toByteArray();
  }

  /**
   * Checks that {@code text} can be encoded.
   *
   * @throws InputException if it has a surrogate that is neither half of a pair nor an escaped byte
   */
  static void check(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        if (startsPair(text, i)) {
          i++;
        } else if (!isEscape(c)) {
          throw loneSurrogate(text, i);
        }
      }
    }
  }

  static boolean startsPair(String text, int at) {
    return Character.isHighSurrogate(text.charAt(at))
        && at + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(at + 1));
  }

  static boolean isEscape(char c) {
    return c >= ESCAPE + 0x80 && c <= ESCAPE + 0xff;
  }

  static InputException loneSurrogate(String text, int at) {
    return new InputException(
        String.format(
            "the text has half a character, \\u%04x, at its position %d of %d",
            (int) text.charAt(at), at, text.length()));
  }

  /** Decodes a stream. The stream is closed with the reader. */
  public static Reader reader(InputStream in) {
    return new DecodingReader(in);
  }

  private static int compare(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        // Below the surrogates the order of UTF-16 is that of UTF-8; among them it is not.
        return x < Character.MIN_SURROGATE && y < Character.MIN_SURROGATE
            ? x - y
            : Arrays.compareUnsigned(encode(a), encode(b));
      }
    }
    return a.length() - b.length();
  }

  /** How many bytes from {@code from} on are ASCII. */
  private static int asciiChars(byte[] bytes, int from, int to) {
    int at = from;
    while (at + 8 <= to && ((long) LONGS.get(bytes, at) & NOT_ASCII) == 0) {
      at += 8;
    }
    while (at < to && bytes[at] >= 0) {
      at++;
    }
    return at - from;
  }

  private static void widen(byte[] ascii, int from, int length, char[] chars, int to) {
    for (int i = 0; i < length; i++) {
      chars[to + i] = (char) ascii[from + i];
    }
  }

  /**
   * Length of the character of valid UTF-8 at {@code at}; 0 if there is none; -1 if what there is
   * could become one with the bytes after {@code to}.
   */
  private static int sequence(byte[] bytes, int at, int to) {
    int first = bytes[at] & 0xff;
    if (first < 0x80) {
      return 1;
    }
    int size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    for (int i = 1; i < size; i++) {
      if (at + i == to) {
        return -1;
      }
      int next = bytes[at + i] & 0xff;
      // The narrower bounds of the second byte refuse overlong forms, surrogates and what is
      // beyond U+10FFFF.
      int least = i > 1 ? 0x80 : first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
      int most = i > 1 ? 0xbf : first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
      if (next < least || next > most) {
        return 0;
      }
    }
    return size;
  }

  /** Puts the character at {@code at}, or its first byte escaped; says how many chars it took. */
  private static int put(byte[] bytes, int at, int size, char[] chars, int to) {
    int first = bytes[at] & 0xff;
    switch (size) {
      case 1 -> {
        chars[to] = (char) first;
        return 1;
      }
      case 2 -> {
        chars[to] = (char) (((first & 0x1f) << 6) | low(bytes[at + 1]));
        return 1;
      }
      case 3 -> {
        chars[to] =
            (char) (((first & 0x0f) << 12) | (low(bytes[at + 1]) << 6) | low(bytes[at + 2]));
        return 1;
      }
      case 4 -> {
        int codePoint =
            ((first & 0x07) << 18)
                | (low(bytes[at + 1]) << 12)
                | (low(bytes[at + 2]) << 6)
                | low(bytes[at + 3]);
        chars[to] = Character.highSurrogate(codePoint);
        chars[to + 1] = Character.lowSurrogate(codePoint);
        return 2;
      }
      default -> {
        chars[to] = (char) (ESCAPE | first);
        return 1;
      }
    }
  }

  private static int low(byte continuation) {
    return continuation & 0x3f;
  }

  private static final class DecodingReader extends Reader {
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final byte[] bytes = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    private boolean ended;
    // The second half of a pair that did not fit what was asked for; 0 if there is none.
    private char pending;

    DecodingReader(InputStream in) {
      this.in = in;
    }

    @Override
    public int read(char[] chars, int from, int length) throws IOException {
      Objects.checkFromIndexSize(from, length, chars.length);
      if (length == 0) {
        return 0;
      }
      int to = from;
      int stop = from + length;
      if (pending != 0) {
        chars[to++] = pending;
        pending = 0;
      }
      while (to < stop) {
        if (at == end && (to > from || !fill())) {
          break;
        }
        int ascii = asciiChars(bytes, at, Math.min(end, at + stop - to));
        widen(bytes, at, ascii, chars, to);
        at += ascii;
        to += ascii;
        if (to == stop || at == end) {
          continue;
        }
        int size = sequence(bytes, at, end);
        if (size < 0 && !ended) {
          if (to > from) {
            break;
          }
          fill();
          continue;
        }
        if (size == 4 && to + 1 == stop) {
          char[] pair = new char[2];
          put(bytes, at, size, pair, 0);
          chars[to++] = pair[0];
          pending = pair[1];
        } else {
          to += put(bytes, at, size, chars, to);
        }
        at += Math.max(size, 1);
      }
      return to == from ? -1 : to - from;
    }

    /** Reads on behind what is not decoded yet; false at the end. */
    private boolean fill() throws IOException {
      System.arraycopy(bytes, at, bytes, 0, end - at);
      end -= at;
      at = 0;
      int read = ended ? -1 : in.read(bytes, end, bytes.length - end);
      if (read < 0) {
        ended = true;
        return end > 0;
      }
      end += read;
      return true;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}

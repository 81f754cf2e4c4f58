package dev.crossplan.planner.derivation;

import java.util.Arrays;
import java.util.Optional;

/**
 * Nix's own base 32, see "Nix32 Encoding" in the Nix manual: digits and lower-case letters without
 * e, o, t and u; the last five bits come first.
 */
final class Nix32 {
  /** Of each digit. */
  static final int BITS = 5;

  private static final String ALPHABET = "0123456789abcdfghijklmnpqrsvwxyz";
  private static final byte[] DIGITS = new byte[128];

  static {
    Arrays.fill(DIGITS, (byte) -1);
    for (int i = 0; i < ALPHABET.length(); i++) {
      DIGITS[ALPHABET.charAt(i)] = (byte) i;
    }
  }

  private Nix32() {}

  static boolean isDigit(char c) {
    return c < 128 && DIGITS[c] >= 0;
  }

  /** The value of a digit, in the order of the digits as text. */
  static int digit(char c) {
    return DIGITS[c];
  }

  /** How many characters {@code bytes} bytes take. */
  static int length(int bytes) {
    return (bytes * 8 + 4) / 5;
  }

  static String encode(byte[] bytes) {
    int length = length(bytes.length);
    char[] text = new char[length];
    for (int n = length - 1; n >= 0; n--) {
      int bit = n * 5;
      int shifted = (bytes[bit / 8] & 0xff) >> (bit % 8);
      if (bit / 8 + 1 < bytes.length) {
        shifted |= (bytes[bit / 8 + 1] & 0xff) << (8 - bit % 8);
      }
      text[length - 1 - n] = ALPHABET.charAt(shifted & 31);
    }
    return new String(text);
  }

  /** Empty if {@code text} is not what {@link #encode} gives for some {@code bytes} bytes. */
  static Optional<byte[]> decode(String text, int bytes) {
    if (text.length() != length(bytes)) {
      return Optional.empty();
    }
    byte[] decoded = new byte[bytes];
    for (int n = 0; n < text.length(); n++) {
      char c = text.charAt(text.length() - 1 - n);
      if (!isDigit(c)) {
        return Optional.empty();
      }
      int bit = n * 5;
      int shifted = DIGITS[c] << (bit % 8);
      decoded[bit / 8] |= (byte) shifted;
      if (shifted > 0xff) {
        if (bit / 8 + 1 == bytes) {
          return Optional.empty();
        }
        decoded[bit / 8 + 1] |= (byte) (shifted >> 8);
      }
    }
    return Optional.of(decoded);
  }
}

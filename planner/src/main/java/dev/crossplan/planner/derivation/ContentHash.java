package dev.crossplan.planner.derivation;

import com.google.common.io.BaseEncoding;
import dev.crossplan.planner.InputException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * The hash of some content.
 *
 * @param hex lower-case hexadecimal, two digits a byte of the algorithm
 */
public record ContentHash(HashAlgorithm algorithm, String hex) {

  /**
   * Checks the digits.
   *
   * @throws InputException if {@code hex} is not the hexadecimal text of such a hash
   */
  public ContentHash {
    boolean valid = hex.length() == 2 * algorithm.bytes();
    for (int i = 0; valid && i < hex.length(); i++) {
      char c = hex.charAt(i);
      valid = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
    if (!valid) {
      throw new InputException(
          Quoted.of(hex)
              + " is no "
              + algorithm.nixName()
              + " hash: "
              + 2 * algorithm.bytes()
              + " hexadecimal digits were expected");
    }
  }

  /** A hash of the given bytes, {@link HashAlgorithm#bytes} of them. */
  static ContentHash of(HashAlgorithm algorithm, byte[] hash) {
    return new ContentHash(algorithm, BaseEncoding.base16().lowerCase().encode(hash));
  }

  /**
   * Reads a hash whose algorithm is known in any of Nix's four notations, told apart by length:
   * hexadecimal, {@link Nix32}, base 64, or SRI ({@code sha256-} and base 64).
   *
   * @throws InputException if it is none of them, or is the SRI of another algorithm
   */
  public static ContentHash parse(HashAlgorithm algorithm, String text) {
    if (text.startsWith(algorithm.nixName() + "-")) {
      return parseSri(text);
    }
    int bytes = algorithm.bytes();
    Optional<byte[]> decoded = Optional.empty();
    if (text.length() == 2 * bytes) {
      return new ContentHash(algorithm, text.toLowerCase(Locale.ROOT));
    } else if (text.length() == Nix32.length(bytes)) {
      decoded = Nix32.decode(text, bytes);
    } else if (text.length() == base64Length(bytes)) {
      decoded = base64(text, bytes);
    }
    return of(
        algorithm,
        decoded.orElseThrow(
            () ->
                new InputException(
                    Quoted.of(text)
                        + " is no "
                        + algorithm.nixName()
                        + " hash in hexadecimal, base 32, base 64 or SRI")));
  }

  /**
   * Reads {@code sha256-} and base 64, the notation of JSON since Nix 2.33.
   *
   * @throws InputException if it is something else
   */
  public static ContentHash parseSri(String text) {
    int dash = text.indexOf('-');
    if (dash < 0) {
      throw new InputException(
          Quoted.of(text) + " is no SRI hash: an algorithm, - and base 64 were expected");
    }
    HashAlgorithm algorithm = HashAlgorithm.parse(text.substring(0, dash));
    return of(
        algorithm,
        base64(text.substring(dash + 1), algorithm.bytes())
            .orElseThrow(
                () ->
                    new InputException(
                        Quoted.of(text)
                            + " is no SRI hash: base 64 of "
                            + algorithm.bytes()
                            + " bytes was expected after the -")));
  }

  /** {@code sha256-} and base 64. */
  public String sri() {
    byte[] hash = BaseEncoding.base16().lowerCase().decode(hex);
    return algorithm.nixName() + "-" + Base64.getEncoder().encodeToString(hash);
  }

  private static int base64Length(int bytes) {
    return (bytes + 2) / 3 * 4;
  }

  private static Optional<byte[]> base64(String text, int bytes) {
    try {
      byte[] decoded = Base64.getDecoder().decode(text);
      return decoded.length == bytes ? Optional.of(decoded) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}

package dev.crossplan.planner.derivation;

import dev.crossplan.planner.InputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A hash algorithm of Nix, see "Hash" in the Nix manual (protocols/json/hash). */
public enum HashAlgorithm {
  MD5(16),
  SHA1(20),
  SHA256(32),
  SHA512(64),
  BLAKE3(32);

  private final int bytes;
  private final String nixName = name().toLowerCase(Locale.ROOT);

  HashAlgorithm(int bytes) {
    this.bytes = bytes;
  }

  /** Length of a hash in bytes. */
  public int bytes() {
    return bytes;
  }

  /** As Nix writes it: {@code sha256}. */
  public String nixName() {
    return nixName;
  }

  /**
   * The algorithm of that name.
   *
   * @throws InputException if Nix has no such algorithm
   */
  public static HashAlgorithm parse(String nixName) {
    for (HashAlgorithm algorithm : values()) {
      if (algorithm.nixName.equals(nixName)) {
        return algorithm;
      }
    }
    throw new InputException(
        Quoted.of(nixName)
            + " is no hash algorithm, one of "
            + Arrays.stream(values()).map(HashAlgorithm::nixName).collect(Collectors.joining(", "))
            + " was expected");
  }
}

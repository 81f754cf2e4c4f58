package dev.crossplan.planner.derivation;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.hash.HashCode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;

/**
 * How the path of a store object is computed, see "Complete Store Path Calculation" in the Nix
 * manual.
 */
final class StorePathHashing {
  private static final int PATH_HASH_BYTES = 20;

  private StorePathHashing() {}

  /** The path of a file whose bytes are known, such as a .drv, and which refers to other paths. */
  static StorePath text(
      String directory, String name, byte[] sha256, Collection<StorePath> references) {
    String type =
        references.isEmpty()
            ? "text"
            : "text:" + Joiner.on(':').join(ImmutableSortedSet.copyOf(references));
    return path(directory, type, hex(sha256), name);
  }

  /** The path of a fixed output. */
  static StorePath fixed(
      String directory, String name, ContentAddressMethod method, ContentHash hash) {
    if (hash.algorithm() == HashAlgorithm.SHA256) {
      if (method == ContentAddressMethod.NAR) {
        return path(directory, "source", hash.hex(), name);
      }
      if (method == ContentAddressMethod.TEXT) {
        return path(directory, "text", hash.hex(), name);
      }
    }
    return path(directory, "output:out", hex(sha256(fixedFingerprint(method, hash))), name);
  }

  static String fixedFingerprint(ContentAddressMethod method, ContentHash hash) {
    return "fixed:out:" + method.prefix() + hash.algorithm().nixName() + ":" + hash.hex() + ":";
  }

  /**
   * The path of an input-addressed output.
   *
   * @param hashModulo of its derivation, own output paths left out
   */
  static StorePath inputAddressed(
      String directory, String derivationName, String output, byte[] hashModulo) {
    return path(directory, "output:" + output, hex(hashModulo), outputName(derivationName, output));
  }

  /** The name an output has in the store: {@code hello-2.12}, {@code hello-2.12-dev}. */
  static String outputName(String derivationName, String output) {
    return output.equals("out") ? derivationName : derivationName + "-" + output;
  }

  private static StorePath path(String directory, String type, String innerHex, String name) {
    byte[] hash = sha256(type + ":sha256:" + innerHex + ":" + directory + ":" + name);
    byte[] compressed = new byte[PATH_HASH_BYTES];
    for (int i = 0; i < hash.length; i++) {
      compressed[i % PATH_HASH_BYTES] ^= hash[i];
    }
    return StorePath.of(directory, Nix32.encode(compressed) + "-" + name);
  }

  static byte[] sha256(String text) {
    // A store directory is the only part that may not be ASCII.
    return sha256().digest(SurrogateEscape.encode(text));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static String hex(byte[] hash) {
    return HashCode.fromBytes(hash).toString();
  }
}

package dev.crossplan.planner.derivation;

import static dev.crossplan.planner.derivation.Messages.assertRefused;
import static dev.crossplan.planner.derivation.Messages.assertRefusedWith;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentHashTest {

  /**
   * Each line is what {@code nix hash to-base16}, -base32, -base64 and -sri (2.8) say of one hash.
   */
  @ParameterizedTest
  @CsvSource({
    "MD5, 0123456789abcdef0123456789abcdef, 7grnmqjrs54c0yzkdbi5kla8q1, ASNFZ4mrze8BI0VniavN7w==",
    "SHA1, 0123456789abcdef0123456789abcdef01234567,"
        + " cx2j60ggrnmqjrs54c0yzkdbi5kla8q1, ASNFZ4mrze8BI0VniavN7wEjRWc=",
  })
  void everyNotationIsRead(HashAlgorithm algorithm, String hex, String base32, String base64) {
    ContentHash hash = new ContentHash(algorithm, hex);
    assertEquals(hash, ContentHash.parse(algorithm, hex));
    assertEquals(hash, ContentHash.parse(algorithm, base32));
    assertEquals(hash, ContentHash.parse(algorithm, base64));
    assertEquals(hash, ContentHash.parse(algorithm, algorithm.nixName() + "-" + base64));
    assertEquals(algorithm.nixName() + "-" + base64, hash.sri());
  }

  @Test
  void otherTextIsRefused() {
    assertRefused(
        "\"xyz\" is no sha256 hash in hexadecimal, base 32, base 64 or SRI",
        () -> ContentHash.parse(HashAlgorithm.SHA256, "xyz"));
    assertRefusedWith(
        "is no md5 hash: 32 hexadecimal digits were expected",
        () -> ContentHash.parse(HashAlgorithm.MD5, "g".repeat(32)));
    assertRefusedWith(
        "is no md5 hash in", () -> ContentHash.parse(HashAlgorithm.MD5, "z".repeat(26)));
    assertRefusedWith(
        "is no SRI hash: an algorithm, - and base 64 were expected",
        () -> ContentHash.parseSri("x"));
    assertRefusedWith("is no hash algorithm", () -> ContentHash.parseSri("crc-AAAA"));
    assertRefused(
        "\"md5-AAAA\" is no SRI hash: base 64 of 16 bytes was expected after the -",
        () -> ContentHash.parseSri("md5-AAAA"));
  }

  @Property(seed = "1")
  void base32RoundTrips(@ForAll @Size(max = 70) byte[] bytes) {
    String text = Nix32.encode(bytes);
    assertEquals(Nix32.length(bytes.length), text.length());
    assertArrayEquals(bytes, Nix32.decode(text, bytes.length).orElseThrow());
  }

  @Test
  void base32WithBitsBeyondTheBytesIsRefused() {
    assertEquals(Optional.empty(), Nix32.decode("zz", 1));
    assertEquals(Optional.empty(), Nix32.decode("e0", 1));
    assertEquals(Optional.empty(), Nix32.decode("0", 1));
    assertArrayEquals(new byte[] {(byte) 0xff}, Nix32.decode("7z", 1).orElseThrow());
  }
}

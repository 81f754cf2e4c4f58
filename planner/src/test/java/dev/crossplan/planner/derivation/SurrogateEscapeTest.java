package dev.crossplan.planner.derivation;

import static dev.crossplan.planner.derivation.Messages.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.io.BaseEncoding;
import com.google.common.io.CharStreams;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SurrogateEscapeTest {

  /** Bytes of all kinds, mostly such as begin or go on a character. */
  @Provide
  Arbitrary<byte[]> bytes() {
    return Arbitraries.oneOf(
            Arbitraries.bytes(),
            Arbitraries.of((byte) 'a', (byte) 0x80, (byte) 0xbf, (byte) 0xc3, (byte) 0xe2),
            Arbitraries.of((byte) 0xed, (byte) 0xa0, (byte) 0xf0, (byte) 0x9f, (byte) 0xf4))
        .array(byte[].class)
        .ofMaxSize(300);
  }

  @Property(seed = "1")
  void everyByteComesBack(@ForAll("bytes") byte[] bytes) {
    assertArrayEquals(bytes, SurrogateEscape.encode(SurrogateEscape.decode(bytes)));
  }

  @Property(seed = "1")
  void utf8IsDecodedAsJavaDoes(@ForAll String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertEquals(new String(bytes, StandardCharsets.UTF_8), SurrogateEscape.decode(bytes));
  }

  @Property(seed = "1")
  void readerDecodesAlike(
      @ForAll("bytes") byte[] bytes,
      @ForAll @IntRange(min = 1, max = 7) int readSize,
      @ForAll @IntRange(min = 1, max = 7) int arrivingSize)
      throws IOException {
    StringBuilder text = new StringBuilder();
    char[] chars = new char[readSize];
    try (Reader reader = SurrogateEscape.reader(arriving(bytes, arrivingSize))) {
      for (int read = reader.read(chars); read >= 0; read = reader.read(chars)) {
        text.append(chars, 0, read);
      }
    }
    assertEquals(SurrogateEscape.decode(bytes), text.toString());
  }

  private static InputStream arriving(byte[] bytes, int atOnce) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] to, int from, int length) {
        return super.read(to, from, Math.min(length, atOnce));
      }
    };
  }

  @Test
  void charactersAcrossTheBufferAreDecoded() throws IOException {
    for (int shift = 0; shift < 5; shift++) {
      byte[] bytes =
          ("a".repeat((1 << 16) - shift) + "😀é" + "b".repeat(9)).getBytes(StandardCharsets.UTF_8);
      assertEquals(
          SurrogateEscape.decode(bytes),
          CharStreams.toString(SurrogateEscape.reader(new ByteArrayInputStream(bytes))));
    }
  }

  @Property(seed = "1")
  void orderIsThatOfBytes(@ForAll("bytes") byte[] a, @ForAll("bytes") byte[] b) {
    assertEquals(
        Integer.signum(Arrays.compareUnsigned(a, b)),
        Integer.signum(
            SurrogateEscape.BYTE_ORDER.compare(
                SurrogateEscape.decode(a), SurrogateEscape.decode(b))));
  }

  @ParameterizedTest
  @CsvSource({
    "80, dc80",
    "ff, dcff",
    "c3, dcc3",
    "c328, dcc3 0028",
    "c0af, dcc0 dcaf",
    "eda080, dced dca0 dc80",
    "e282, dce2 dc82",
    "e282ac, 20ac",
    "f09f9880, d83d de00",
    "f0808080, dcf0 dc80 dc80 dc80",
    "f4908080, dcf4 dc90 dc80 dc80",
    "e9e282ace9, dce9 20ac dce9",
  })
  void onlyWhatIsNotUtf8IsEscaped(String hex, String chars) {
    byte[] bytes = BaseEncoding.base16().lowerCase().decode(hex);
    StringBuilder expected = new StringBuilder();
    for (String c : chars.split(" ", -1)) {
      expected.append((char) Integer.parseInt(c, 16));
    }
    assertEquals(expected.toString(), SurrogateEscape.decode(bytes));
  }

  @ParameterizedTest
  @CsvSource({"d800", "dbff", "dc7f", "dc00", "df00"})
  void otherLoneSurrogatesAreRefused(String char16) {
    String text = "ab" + (char) Integer.parseInt(char16, 16);
    String message = "the text has half a character, \\u" + char16 + ", at its position 2 of 3";
    assertRefused(message, () -> SurrogateEscape.encode(text));
    assertRefused(message, () -> SurrogateEscape.check(text));
  }
}

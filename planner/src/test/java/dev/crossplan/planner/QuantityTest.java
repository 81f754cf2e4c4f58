package dev.crossplan.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "16 GiB, 17179869184",
    "16GiB, 17179869184",
    "1.5 KiB, 1536",
    "2 TiB, 2199023255552",
    "16 GB, 16000000000",
    "512 B, 512"
  })
  void bytes(String text, long bytes) {
    assertEquals(OptionalLong.of(bytes), Bytes.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "100 Mbit/s, 100000000, 100 Mbit/s",
    "2.5Gbit/s, 2500000000, 2.5 Gbit/s",
    "56 kbit/s, 56000, 56 kbit/s",
    "1000 Mbit/s, 1000000000, 1 Gbit/s",
    "9 bit/s, 9, 9 bit/s"
  })
  void bitRates(String text, long bitsPerSecond, String shown) {
    assertEquals(OptionalLong.of(bitsPerSecond), BitRate.parse(text));
    assertEquals(shown, BitRate.format(bitsPerSecond));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "16",
        "GiB",
        "16 gib",
        "-1 GiB",
        "0 GiB",
        "1e3 GiB",
        "99999999999 TiB",
        "1 GiB/s"
      })
  void whatIsNoAmountOfBytes(String text) {
    assertEquals(OptionalLong.empty(), Bytes.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"100", "100 Mb", "100 MB/s", "fast", "0 bit/s"})
  void whatIsNoBitRate(String text) {
    assertEquals(OptionalLong.empty(), BitRate.parse(text));
  }
}

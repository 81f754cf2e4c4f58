package dev.crossplan.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BytesTest {
  @Test
  void amountsAreInTheUnitThatTellsThem() {
    assertEquals("1023 KiB", Bytes.format(Bytes.MIB - 1));
    assertEquals("1 MiB", Bytes.format(Bytes.MIB));
    assertEquals("9000 MiB", Bytes.format(9000 * Bytes.MIB));
    assertEquals("12 GiB", Bytes.format(12 * Bytes.GIB));
  }

  @Test
  void memoryIsInMebibytes() {
    assertEquals("0 MiB", Bytes.mebibytes(0));
    assertEquals("12288 MiB", Bytes.mebibytes(12 * Bytes.GIB));
  }
}

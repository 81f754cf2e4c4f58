package dev.crossplan.planner;

import com.google.common.collect.ImmutableMap;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.OptionalLong;

/** How fast links are, in bits per second. */
public final class BitRate {
  private static final ImmutableMap<String, Long> UNITS =
      ImmutableMap.of(
          "Gbit/s", 1_000_000_000L, "Mbit/s", 1_000_000L, "kbit/s", 1_000L, "bit/s", 1L);

  private BitRate() {}

  /** Reads {@code 100 Mbit/s}; empty if it is no rate. */
  public static OptionalLong parse(String text) {
    return Quantity.parse(text, UNITS);
  }

  /** {@code 100 Mbit/s}, {@code 2.5 Gbit/s}. */
  public static String format(long bitsPerSecond) {
    for (Map.Entry<String, Long> unit : UNITS.entrySet()) {
      if (bitsPerSecond >= unit.getValue()) {
        return BigDecimal.valueOf((double) bitsPerSecond / unit.getValue())
                .round(new MathContext(3))
                .stripTrailingZeros()
                .toPlainString()
            + " "
            + unit.getKey();
      }
    }
    return bitsPerSecond + " bit/s";
  }
}

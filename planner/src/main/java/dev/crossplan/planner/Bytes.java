package dev.crossplan.planner;

import com.google.common.collect.ImmutableMap;
import java.util.Locale;
import java.util.OptionalLong;

/** Amounts of memory and of room on disks, for people. */
public final class Bytes {
  public static final long KIB = 1L << 10;
  public static final long MIB = 1L << 20;
  public static final long GIB = 1L << 30;

  private static final ImmutableMap<String, Long> UNITS =
      ImmutableMap.<String, Long>builder()
          .put("B", 1L)
          .put("KiB", KIB)
          .put("MiB", MIB)
          .put("GiB", GIB)
          .put("TiB", GIB << 10)
          .put("kB", 1_000L)
          .put("MB", 1_000_000L)
          .put("GB", 1_000_000_000L)
          .put("TB", 1_000_000_000_000L)
          .buildOrThrow();

  private Bytes() {}

  /** Reads {@code 16 GiB}; empty if it is no such amount. */
  public static OptionalLong parse(String text) {
    return Quantity.parse(text, UNITS);
  }

  /** {@code 12 KiB}, {@code 2 MiB}, {@code 9000 MiB}, {@code 12 GiB}. */
  public static String format(long bytes) {
    return bytes >= 10 * GIB
        ? number(bytes, GIB) + " GiB"
        : bytes >= MIB ? mebibytes(bytes) : bytes / KIB + " KiB";
  }

  /** As manifests have it, whatever the amount: {@code 12000 MiB}. */
  public static String mebibytes(long bytes) {
    return number(bytes, MIB) + " MiB";
  }

  private static String number(long bytes, long unit) {
    return String.format(Locale.ROOT, "%.0f", (double) bytes / unit);
  }
}

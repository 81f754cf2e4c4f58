package dev.crossplan.planner;

import java.util.Locale;

/** Amounts of memory and of room on disks, for people. */
public final class Bytes {
  public static final long KIB = 1L << 10;
  public static final long MIB = 1L << 20;
  public static final long GIB = 1L << 30;

  private Bytes() {}

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

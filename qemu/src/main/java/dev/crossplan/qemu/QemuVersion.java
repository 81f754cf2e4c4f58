package dev.crossplan.qemu;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of QEMU, such as 7.2.22. */
public record QemuVersion(int major, int minor, int patch) implements Comparable<QemuVersion> {
  private static final Comparator<QemuVersion> ORDER =
      Comparator.comparingInt(QemuVersion::major)
          .thenComparingInt(QemuVersion::minor)
          .thenComparingInt(QemuVersion::patch);
  private static final Pattern SAID =
      Pattern.compile("\\bversion (\\d{1,5})\\.(\\d{1,5})(?:\\.(\\d{1,5}))?");

  /** Reads {@code qemu-riscv64 version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)}. */
  static Optional<QemuVersion> parse(String said) {
    Matcher matcher = SAID.matcher(said);
    if (!matcher.find()) {
      return Optional.empty();
    }
    String patch = matcher.group(3);
    return Optional.of(
        new QemuVersion(
            Integer.parseInt(matcher.group(1)),
            Integer.parseInt(matcher.group(2)),
            patch == null ? 0 : Integer.parseInt(patch)));
  }

  @Override
  public int compareTo(QemuVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}

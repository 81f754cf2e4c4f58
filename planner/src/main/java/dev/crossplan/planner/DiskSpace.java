package dev.crossplan.planner;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How much room there is in a folder, in bytes.
 *
 * @param folder may be still to be made
 * @param total room of the file system that it is on
 */
public record DiskSpace(Path folder, long free, long total) {
  /**
   * A compiler fills as much before anybody looks again; what it wrote is gone when it has failed.
   */
  private static final long SHORT = 64 * Bytes.MIB;

  /** What a program says that finds no room; the last is Nix of a build that failed beside it. */
  private static final Pattern NONE_LEFT =
      Pattern.compile("No space left on device|Disk quota exceeded|lack of free disk space");

  /** Empty where the system does not tell. */
  public static Optional<DiskSpace> of(Path folder) {
    Path there = folder.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    File file = there.toFile();
    long total = file.getTotalSpace();
    return total == 0
        ? Optional.empty()
        : Optional.of(new DiskSpace(folder, file.getUsableSpace(), total));
  }

  /** Whether a line says that there was no room. */
  public static boolean isLackedIn(String line) {
    return NONE_LEFT.matcher(line).find();
  }

  /** Whether it may be why something could not be written. */
  public boolean isShort() {
    return free < SHORT;
  }

  /** What to add to a message: {@code " (0 KiB of 2 MiB are free)"}; nothing if there is plenty. */
  public static String ifShort(Path folder) {
    return of(folder)
        .filter(DiskSpace::isShort)
        .map(space -> " (" + space + " are free)")
        .orElse("");
  }

  @Override
  public String toString() {
    return Bytes.format(free) + " of " + Bytes.format(total);
  }
}

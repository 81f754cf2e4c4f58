package dev.crossplan.planner.machine;

import com.google.common.base.Preconditions;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A static program of one or two kilobytes, whose running proves that programs of a system run:
 * {@code trial.c}, which is beside the sources, compiled for each of {@link #SYSTEMS}. It prints
 * one line, writes it to the file that the variable {@code out} names, as a builder of Nix must,
 * and ends with its standard input.
 */
public final class TrialProgram {
  /** The systems that there is one for. */
  public static final ImmutableSet<String> SYSTEMS =
      ImmutableSet.of("aarch64-linux", "riscv64-linux", "x86_64-linux");

  private static final Pattern LINE =
      Pattern.compile(
          "crossplan-trial (\\w+) hwcap=([0-9a-f]{1,16})(?: hwprobe=(-|[0-9a-f]{1,16}))?");

  private TrialProgram() {}

  /** Whether there is one for {@code system}. */
  public static boolean isCarriedFor(String system) {
    return SYSTEMS.contains(system);
  }

  /**
   * Writes the program for {@code system} into a file that everybody may execute.
   *
   * @param file that does not exist yet
   */
  public static Path write(String system, Path file) throws IOException {
    Preconditions.checkArgument(isCarriedFor(system), "system: %s", system);
    Files.write(
        file, Resources.toByteArray(Resources.getResource(TrialProgram.class, "trial-" + system)));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /**
   * What the program said of the machine that it ran on.
   *
   * @param machine as {@code uname -m} says it
   * @param hwcap {@code AT_HWCAP} of {@code getauxval(3)}
   * @param hwprobe the value of {@code RISCV_HWPROBE_KEY_IMA_EXT_0}, where the kernel, or QEMU in
   *     its place, has {@code riscv_hwprobe(2)}
   */
  public record Report(String machine, long hwcap, OptionalLong hwprobe) {
    /** Reads its line, if it is one. */
    public static Optional<Report> parse(String line) {
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      String probe = matcher.group(3);
      return Optional.of(
          new Report(
              matcher.group(1),
              Long.parseUnsignedLong(matcher.group(2), 16),
              probe == null || probe.equals("-")
                  ? OptionalLong.empty()
                  : OptionalLong.of(Long.parseUnsignedLong(probe, 16))));
    }
  }
}

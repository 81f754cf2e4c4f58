package dev.crossplan.qemu;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;

/**
 * What the kernel of this machine hands to QEMU: the entries of binfmt_misc (Linux kernel, {@code
 * Documentation/admin-guide/binfmt-misc.rst}). Most distributions call them by the emulator, {@code
 * qemu-riscv64}; NixOS calls them by the system, {@code riscv64-linux}.
 *
 * @param isMounted whether binfmt_misc can be seen here
 * @param isOn whether it hands anything on at all
 * @param entries by name
 */
public record BinaryFormats(boolean isMounted, boolean isOn, ImmutableList<BinaryFormat> entries) {
  /** Where it is, or is to be mounted. */
  static final Path FOLDER = Path.of("/proc/sys/fs/binfmt_misc");

  private static final String STATUS = "status";
  private static final String REGISTER = "register";
  private static final String EMULATOR = "qemu-";
  private static final String SYSTEM = "-linux";

  /** CPUs that QEMU calls otherwise than Nix does. */
  private static final ImmutableMap<String, String> CPUS =
      ImmutableMap.of(
          "arm", "armv7l", "i386", "i686", "ppc64le", "powerpc64le", "ppc64", "powerpc64");

  /** Those that the kernel has now. */
  public static BinaryFormats ofKernel() {
    return read(FOLDER);
  }

  static BinaryFormats read(Path folder) {
    ImmutableList.Builder<BinaryFormat> entries = ImmutableList.builder();
    boolean isOn;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      isOn = Files.readString(folder.resolve(STATUS)).startsWith("enabled");
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (!name.equals(STATUS) && !name.equals(REGISTER)) {
          BinaryFormat.parse(name, Files.readString(file)).ifPresent(entries::add);
        }
      }
    } catch (IOException e) {
      return new BinaryFormats(false, false, ImmutableList.of()); // not mounted
    }
    return new BinaryFormats(
        true,
        isOn,
        ImmutableList.sortedCopyOf(Comparator.comparing(BinaryFormat::name), entries.build()));
  }

  /**
   * Nix systems whose programs this machine runs under QEMU; none where binfmt_misc is not mounted.
   */
  public static ImmutableSet<String> emulatedSystems() {
    return ofKernel().systems();
  }

  /** Systems of the entries that work, so far as can be told without running a program. */
  public ImmutableSet<String> systems() {
    ImmutableSortedSet.Builder<String> systems = ImmutableSortedSet.naturalOrder();
    if (isOn) {
      for (BinaryFormat entry : entries) {
        if (entry.enabled() && entry.hasInterpreter()) {
          system(entry.name()).ifPresent(systems::add);
        }
      }
    }
    return systems.build();
  }

  /** The system that an entry of this name is for. */
  static Optional<String> system(String entry) {
    if (entry.startsWith(EMULATOR)) {
      String cpu = entry.substring(EMULATOR.length());
      return Optional.of(CPUS.getOrDefault(cpu, cpu) + SYSTEM);
    }
    return entry.endsWith(SYSTEM) ? Optional.of(entry) : Optional.empty();
  }
}

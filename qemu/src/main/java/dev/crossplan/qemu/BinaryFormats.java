package dev.crossplan.qemu;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the kernel of this machine hands to QEMU: the entries of binfmt_misc (Linux kernel, {@code
 * Documentation/admin-guide/binfmt-misc.rst}). Most distributions call them by the emulator, {@code
 * qemu-riscv64}; NixOS calls them by the system, {@code riscv64-linux}.
 */
public final class BinaryFormats {
  private static final Path REGISTERED = Path.of("/proc/sys/fs/binfmt_misc");
  private static final String EMULATOR = "qemu-";
  private static final String SYSTEM = "-linux";

  /** CPUs that QEMU calls otherwise than Nix does. */
  private static final ImmutableMap<String, String> CPUS =
      ImmutableMap.of(
          "arm", "armv7l", "i386", "i686", "ppc64le", "powerpc64le", "ppc64", "powerpc64");

  private BinaryFormats() {}

  /**
   * Nix systems whose programs this machine runs under QEMU; none where binfmt_misc is not mounted.
   */
  public static ImmutableSet<String> emulatedSystems() {
    return emulatedSystems(REGISTERED);
  }

  static ImmutableSet<String> emulatedSystems(Path folder) {
    ImmutableSortedSet.Builder<String> systems = ImmutableSortedSet.naturalOrder();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        Optional<String> system = system(entry.getFileName().toString());
        if (system.isPresent() && Files.readString(entry).startsWith("enabled\n")) {
          systems.add(system.get());
        }
      }
    } catch (IOException e) {
      return ImmutableSet.of(); // not mounted: nothing is registered
    }
    return systems.build();
  }

  private static Optional<String> system(String entry) {
    if (entry.startsWith(EMULATOR)) {
      String cpu = entry.substring(EMULATOR.length());
      return Optional.of(CPUS.getOrDefault(cpu, cpu) + SYSTEM);
    }
    return entry.endsWith(SYSTEM) ? Optional.of(entry) : Optional.empty();
  }
}

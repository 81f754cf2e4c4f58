package dev.crossplan.qemu;

import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel of this machine hands to QEMU: the entries of binfmt_misc (Linux kernel, {@code
 * Documentation/admin-guide/binfmt-misc.rst}), which distributions call {@code qemu-riscv64} and
 * the like.
 */
public final class BinaryFormats {
  private static final Path REGISTERED = Path.of("/proc/sys/fs/binfmt_misc");
  private static final String PREFIX = "qemu-";

  private BinaryFormats() {}

  /**
   * Nix systems whose programs this machine runs under QEMU; none where binfmt_misc is not mounted.
   */
  public static ImmutableSet<String> emulatedSystems() {
    return emulatedSystems(REGISTERED);
  }

  static ImmutableSet<String> emulatedSystems(Path folder) {
    ImmutableSet.Builder<String> systems = ImmutableSet.builder();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, PREFIX + "*")) {
      for (Path entry : entries) {
        if (Files.readString(entry).startsWith("enabled\n")) {
          systems.add(entry.getFileName().toString().substring(PREFIX.length()) + "-linux");
        }
      }
    } catch (IOException e) {
      return ImmutableSet.of(); // not mounted: nothing is registered
    }
    return systems.build();
  }
}

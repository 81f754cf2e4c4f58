package dev.crossplan.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinaryFormatsTest {
  private final Path folder;

  BinaryFormatsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void debianCallsThemByTheNameOfTheEmulator() throws IOException {
    register("qemu-riscv64", "enabled", "/usr/libexec/qemu-binfmt/riscv64-binfmt-P");
    register("qemu-aarch64", "enabled", "/usr/libexec/qemu-binfmt/aarch64-binfmt-P");
    assertEquals(Set.of("aarch64-linux", "riscv64-linux"), found());
  }

  @Test
  void nixosCallsThemByTheSystem() throws IOException {
    register("riscv64-linux", "enabled", "/run/binfmt/riscv64-linux");
    assertEquals(Set.of("riscv64-linux"), found());
  }

  @Test
  void someEmulatorsAreNamedUnlikeTheirSystem() throws IOException {
    register("qemu-arm", "enabled", "/usr/bin/qemu-arm");
    register("qemu-i386", "enabled", "/usr/bin/qemu-i386");
    register("qemu-ppc64le", "enabled", "/usr/bin/qemu-ppc64le");
    assertEquals(Set.of("armv7l-linux", "i686-linux", "powerpc64le-linux"), found());
  }

  @Test
  void whatIsDisabledDoesNotCount() throws IOException {
    register("qemu-riscv64", "disabled", "/usr/bin/qemu-riscv64");
    assertEquals(Set.of(), found());
  }

  @Test
  void otherFormatsAndTheKernelsOwnFilesAreNoEmulators() throws IOException {
    register("python3.11", "enabled", "/usr/bin/python3.11");
    register("jar", "enabled", "/usr/bin/jexec");
    Files.writeString(folder.resolve("status"), "enabled\n");
    Files.writeString(folder.resolve("register"), "");
    assertEquals(Set.of(), found());
  }

  @Test
  void theyComeInTheOrderOfTheirNames() throws IOException {
    register("qemu-s390x", "enabled", "/usr/bin/qemu-s390x");
    register("qemu-riscv64", "enabled", "/usr/bin/qemu-riscv64");
    register("qemu-aarch64", "enabled", "/usr/bin/qemu-aarch64");
    assertEquals(List.of("aarch64-linux", "riscv64-linux", "s390x-linux"), List.copyOf(found()));
  }

  @Test
  void withoutBinfmtMiscThereAreNone() {
    assertEquals(Set.of(), BinaryFormats.emulatedSystems(folder.resolve("not-mounted")));
  }

  private Set<String> found() {
    return BinaryFormats.emulatedSystems(folder);
  }

  /** As the kernel shows an entry. */
  private void register(String name, String state, String interpreter) throws IOException {
    Files.writeString(
        folder.resolve(name),
        state + "\ninterpreter " + interpreter + "\nflags: POCF\noffset 0\nmagic 7f454c46\n");
  }
}

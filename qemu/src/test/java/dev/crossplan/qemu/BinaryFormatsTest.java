package dev.crossplan.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.Resources;
import dev.crossplan.planner.machine.TrialProgram;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinaryFormatsTest {
  private final Path folder;

  BinaryFormatsTest(@TempDir Path folder) throws IOException {
    this.folder = Files.createDirectory(folder.resolve("binfmt_misc"));
    Files.writeString(this.folder.resolve("status"), "enabled\n");
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
    BinaryFormats formats = BinaryFormats.read(folder.resolve("not-mounted"));
    assertFalse(formats.isMounted());
    assertEquals(Set.of(), formats.systems());
  }

  @Test
  void noneCountWhileAllAreSwitchedOff() throws IOException {
    register("qemu-riscv64", "enabled", "/usr/bin/qemu-riscv64");
    Files.writeString(folder.resolve("status"), "disabled\n");
    assertEquals(Set.of(), found());
  }

  @Test
  void anInterpreterThatIsMissingDoesNotCount() throws IOException {
    Files.writeString(
        folder.resolve("riscv64-linux"),
        "enabled\ninterpreter /no/such/qemu\nflags: P\noffset 0\nmagic 7f454c46\n");
    assertEquals(Set.of(), found());
  }

  /** The kernel opened it at registration: in a container the path may be of another root. */
  @Test
  void anInterpreterThatTheKernelHoldsOpenCounts() throws IOException {
    register("qemu-riscv64", "enabled", "/no/such/qemu");
    assertEquals(Set.of("riscv64-linux"), found());
  }

  @Test
  void whatTheKernelShowsOnDebian() {
    BinaryFormat entry = recorded("debian-12", "qemu-riscv64");
    assertTrue(entry.enabled());
    assertEquals(Path.of("/usr/libexec/qemu-binfmt/riscv64-binfmt-P"), entry.interpreter());
    assertEquals("PF", entry.flags());
    assertTrue(entry.hasInterpreter(), "the kernel holds it open");
  }

  @Test
  void whatTheKernelShowsOnNixos() {
    BinaryFormat entry = recorded("nixos", "riscv64-linux");
    assertTrue(entry.enabled());
    assertEquals(Path.of("/run/binfmt/riscv64-linux"), entry.interpreter());
    assertEquals("P", entry.flags());
    assertEquals(Files.isExecutable(entry.interpreter()), entry.hasInterpreter());
  }

  @ParameterizedTest
  @CsvSource({"debian-12, qemu-riscv64", "nixos, riscv64-linux"})
  void takeProgramsOfTheirSystemAndNoOthers(String distribution, String name) throws IOException {
    BinaryFormat entry = recorded(distribution, name);
    byte[] program = trial("riscv64-linux");
    assertTrue(entry.matches(program));
    program[16] = 3; // relocatable
    program[7] = 3; // made for GNU/Linux
    assertTrue(entry.matches(program));
    program[5] = 2; // big-endian
    assertFalse(entry.matches(program));
    assertFalse(entry.matches(trial("x86_64-linux")));
    assertFalse(entry.matches(trial("aarch64-linux")));
    assertFalse(entry.matches(new byte[] {0x7f, 'E', 'L', 'F'}));
  }

  private static BinaryFormat recorded(String distribution, String name) {
    BinaryFormats formats = BinaryFormats.read(recorded(distribution));
    assertEquals(1, formats.entries().size());
    assertEquals(name, formats.entries().get(0).name());
    return formats.entries().get(0);
  }

  static Path recorded(String distribution) {
    try {
      return Path.of(
          Resources.getResource(BinaryFormatsTest.class, "binfmt/" + distribution).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] trial(String system) throws IOException {
    return Files.readAllBytes(TrialProgram.write(system, folder.resolve(system)));
  }

  private Set<String> found() {
    return BinaryFormats.read(folder).systems();
  }

  /** As the kernel shows an entry. */
  private void register(String name, String state, String interpreter) throws IOException {
    Files.writeString(
        folder.resolve(name),
        state + "\ninterpreter " + interpreter + "\nflags: POCF\noffset 0\nmagic 7f454c46\n");
  }
}

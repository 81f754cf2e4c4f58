package dev.crossplan.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Host;
import dev.crossplan.planner.machine.Distribution;
import dev.crossplan.planner.machine.Prerequisite;
import dev.crossplan.planner.machine.Prerequisite.State;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs a riscv64 program with the QEMU and the kernel of this machine. */
class EmulationCheckIT {
  private static final String RISCV = "riscv64-linux";

  private static Emulation emulation;

  @BeforeAll
  static void look() {
    if (!BinaryFormats.emulatedSystems().contains(RISCV)) {
      throw new IllegalStateException(
          "this test needs QEMU registered for riscv64 programs: bin/test does it as root, or"
              + " apt-get install qemu-user-static binfmt-support (Debian 12)");
    }
    emulation = EmulationCheck.of(RISCV, Distribution.ofThisMachine(), System.getenv());
  }

  @Test
  void works() {
    assertEquals(
        List.of(),
        emulation.prerequisites().stream().filter(each -> each.state() != State.OK).toList());
    assertTrue(emulation.works());
  }

  @Test
  void theVersionIsThatOfTheQemuThatRan() {
    QemuVersion version = emulation.version().orElseThrow();
    assertEquals(
        "ran under QEMU " + version,
        emulation.prerequisites().stream()
            .filter(each -> each.name().equals("a program, by the kernel"))
            .map(Prerequisite::seen)
            .collect(Collectors.joining()));
    assertTrue(version.compareTo(new QemuVersion(5, 0, 0)) > 0, version.toString());
  }

  @Test
  void theCpuIsOneThatDistributionsCompileFor() {
    assertEquals("riscv64", emulation.report().orElseThrow().machine());
    assertTrue(
        emulation.extensions().containsAll(List.of("i", "m", "a", "f", "d", "c")),
        emulation.extensions().toString());
    assertEquals(Set.of(), emulation.lacking(Set.of("i", "c", "zicsr")));
    assertTrue(emulation.models().contains("rv64"), emulation.models().toString());
  }

  /** The kernel goes on with its entries where its file system was unmounted. */
  @Test
  void whatRunsThoughItIsNotMountedWorks() {
    Emulation unmounted =
        EmulationCheck.of(
            RISCV,
            Distribution.ofThisMachine(),
            new BinaryFormats(false, false, ImmutableList.of()),
            List.of());
    assertTrue(unmounted.works());
    Prerequisite first = unmounted.prerequisites().get(0);
    assertEquals(State.DOUBTFUL, first.state());
    assertTrue(first.seen().contains("programs run all the same"), first.seen());
  }

  /** Its programs run natively, so QEMU cannot be seen; there is none on this path, either. */
  @Test
  void withoutQemuItsOwnProgramsStillRun() {
    Emulation own =
        EmulationCheck.of(
            Host.system(),
            Distribution.ofThisMachine(),
            new BinaryFormats(true, true, ImmutableList.of()),
            List.of(Path.of("/no-such-folder")));
    assertTrue(own.report().isPresent());
    assertEquals(List.of(), own.models());
  }
}

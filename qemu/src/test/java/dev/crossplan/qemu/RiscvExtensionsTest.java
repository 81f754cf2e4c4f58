package dev.crossplan.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.machine.TrialProgram.Report;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the trial program said under two versions of qemu-riscv64, both of Debian. */
class RiscvExtensionsTest {
  private static final String QEMU_7_2_22 = "crossplan-trial riscv64 hwcap=112d hwprobe=-";
  private static final String QEMU_11_1_3 =
      "crossplan-trial riscv64 hwcap=20112d hwprobe=7ffbfffffffffff";

  @Test
  void lettersOnlyWhereNothingCanBeProbed() {
    assertEquals(
        List.of("i", "m", "a", "f", "d", "c"), RiscvExtensions.of(report(QEMU_7_2_22)).asList());
  }

  /** Its default CPU has all but Zcf, which exists on 32 bits only. */
  @Test
  void longerNamesAreProbed() {
    ImmutableSet<String> extensions = RiscvExtensions.of(report(QEMU_11_1_3));
    assertEquals(
        List.of("i", "m", "a", "f", "d", "c", "v", "zba"), extensions.asList().subList(0, 8));
    assertEquals("zabha", extensions.asList().get(extensions.size() - 1));
    assertEquals(7 + 55, extensions.size());
    assertTrue(extensions.contains("zcd"));
    assertFalse(extensions.contains("zcf"));
  }

  @Test
  void whatIsNotToldMayBeThere() {
    assertEquals(Set.of("v"), emulation(QEMU_7_2_22).lacking(Set.of("c", "v", "b", "zba")));
    assertEquals(Set.of(), emulation(QEMU_11_1_3).lacking(Set.of("v", "b", "zcf")));
  }

  private static Report report(String line) {
    return Report.parse(line).orElseThrow();
  }

  private static Emulation emulation(String line) {
    return new Emulation(
        "riscv64-linux",
        ImmutableList.of(),
        Optional.empty(),
        ImmutableList.of(),
        Optional.of(report(line)));
  }
}

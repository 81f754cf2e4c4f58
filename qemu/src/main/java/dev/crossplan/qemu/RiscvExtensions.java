package dev.crossplan.qemu;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.execute.TrialProgram;

/** Which RISC-V extensions a program is told that it has. */
final class RiscvExtensions {
  /** Single letters in the order in which ISA strings have them (RISC-V ISA manual, "Naming"). */
  private static final String LETTERS = "imafdqcbvh";

  /**
   * Bits of {@code RISCV_HWPROBE_KEY_IMA_EXT_0} (Linux kernel, {@code
   * Documentation/arch/riscv/hwprobe.rst}), from bit 3 on. Those below are also letters.
   */
  private static final ImmutableList<String> PROBED =
      ImmutableList.of(
          "zba",
          "zbb",
          "zbs",
          "zicboz",
          "zbc",
          "zbkb",
          "zbkc",
          "zbkx",
          "zknd",
          "zkne",
          "zknh",
          "zksed",
          "zksh",
          "zkt",
          "zvbb",
          "zvbc",
          "zvkb",
          "zvkg",
          "zvkned",
          "zvknha",
          "zvknhb",
          "zvksed",
          "zvksh",
          "zvkt",
          "zfh",
          "zfhmin",
          "zihintntl",
          "zvfh",
          "zvfhmin",
          "zfa",
          "ztso",
          "zacas",
          "zicond");

  private static final int FIRST_PROBED = 3;

  private RiscvExtensions() {}

  /**
   * In the order of an ISA string. The letters come from {@code AT_HWCAP}, where bit 0 is A; the
   * longer names only where there is {@code riscv_hwprobe}, which QEMU has from 8.1 on.
   */
  static ImmutableSet<String> of(TrialProgram.Report report) {
    ImmutableSet.Builder<String> extensions = ImmutableSet.builder();
    for (int i = 0; i < LETTERS.length(); i++) {
      char letter = LETTERS.charAt(i);
      if ((report.hwcap() >> (letter - 'a') & 1) == 1) {
        extensions.add(String.valueOf(letter));
      }
    }
    long probed = report.hwprobe().orElse(0);
    for (int i = 0; i < PROBED.size(); i++) {
      if ((probed >> (FIRST_PROBED + i) & 1) == 1) {
        extensions.add(PROBED.get(i));
      }
    }
    return extensions.build();
  }

  /** Whether programs are told of an extension when they have it; if not, nothing is known. */
  static boolean isTold(String extension, TrialProgram.Report report) {
    return extension.length() == 1
        ? LETTERS.contains(extension)
        : report.hwprobe().isPresent() && PROBED.contains(extension);
  }
}

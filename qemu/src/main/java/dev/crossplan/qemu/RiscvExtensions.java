package dev.crossplan.qemu;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.machine.TrialProgram;

/** Which RISC-V extensions a program is told that it has. */
final class RiscvExtensions {
  /**
   * Those that {@code AT_HWCAP} has a bit for, of A bit 0 (Linux kernel, {@code
   * arch/riscv/include/uapi/asm/hwcap.h}), in the order of ISA strings.
   */
  private static final String LETTERS = "imafdcv";

  /**
   * Bits of {@code RISCV_HWPROBE_KEY_IMA_EXT_0} (Linux kernel, {@code
   * arch/riscv/include/uapi/asm/hwprobe.h}), from bit 3 on. Those below are also letters.
   */
  private static final ImmutableList<String> PROBED =
      ImmutableList.copyOf(
          Splitter.on(' ')
              .split(
                  "zba zbb zbs zicboz zbc zbkb zbkc zbkx zknd zkne zknh zksed zksh zkt zvbb zvbc"
                      + " zvkb zvkg zvkned zvknha zvknhb zvksed zvksh zvkt zfh zfhmin zihintntl"
                      + " zvfh zvfhmin zfa ztso zacas zicond zihintpause zve32x zve32f zve64x"
                      + " zve64f zve64d zimop zca zcb zcd zcf zcmop zawrs supm zicntr zihpm"
                      + " zfbfmin zvfbfmin zvfbfwma zicbom zaamo zalrsc zabha"));

  private static final int FIRST_PROBED = 3;

  private RiscvExtensions() {}

  /**
   * In the order of an ISA string. Longer names only where there is {@code riscv_hwprobe}, which
   * QEMU has from 8.1 on.
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

  /**
   * Whether programs are told of an extension if they have it. Of longer names each QEMU tells
   * those that were known when it was made.
   */
  static boolean isAlwaysTold(String extension) {
    return extension.length() == 1 && LETTERS.contains(extension);
  }
}

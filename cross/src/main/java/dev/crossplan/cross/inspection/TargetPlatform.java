package dev.crossplan.cross.inspection;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableSortedMap;
import dev.crossplan.cross.IsaString;
import dev.crossplan.cross.elf.ElfHeader;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.execute.InspectionTarget;
import java.util.Optional;

/**
 * The platform that files are to be for, in words of ELF.
 *
 * @param machine {@code e_machine}
 * @param march as it was given
 * @param isa what the board offers, where it is a RISC-V
 */
record TargetPlatform(String system, int machine, String march, Optional<IsaString> isa) {
  /** {@code EM_NONE}: data that is kept in the format, as compiled Guile. */
  static final int NO_MACHINE = 0;

  /** {@code EM_BPF}: runs in the kernel, whatever the machine. */
  static final int BPF = 247;

  /** By the first part of the system; all are little-endian and have 64 bits. */
  private static final ImmutableSortedMap<String, Integer> MACHINES =
      ImmutableSortedMap.of(
          "aarch64", 183, "loongarch64", 258, "powerpc64le", 21, "riscv64", 243, "x86_64", 62);

  /**
   * @throws InputException if the system or the march is unknown
   */
  static TargetPlatform of(InspectionTarget target) {
    int dash = target.system().indexOf('-');
    String cpu = dash < 0 ? target.system() : target.system().substring(0, dash);
    Integer machine = MACHINES.get(cpu);
    if (machine == null || dash < 0) {
      throw new InputException(
          "files for " + target.system() + " cannot be checked: the system is not known",
          "Maybe riscv64-linux is meant; the others are for "
              + Joiner.on(", ").join(MACHINES.keySet())
              + ".");
    }
    if (!cpu.startsWith("riscv")) {
      return new TargetPlatform(target.system(), machine, "", Optional.empty());
    }
    String march = target.march().orElse("rv64gc");
    IsaString isa =
        IsaString.parse(march)
            .filter(parsed -> parsed.bits() == 64)
            .orElseThrow(
                () ->
                    new InputException(
                        march + " is no ISA string of 64 bits", "Maybe rv64gc is meant."));
    return new TargetPlatform(target.system(), machine, march, Optional.of(isa));
  }

  /** Whether code of such a file can run here at all. */
  boolean runs(ElfHeader header) {
    return header.machine() == machine;
  }

  /** The ABI that is usual here; empty where that is no question. */
  String usualAbi() {
    return isa.map(IsaString::usualAbi).orElse("");
  }

  /** {@code riscv64}. */
  String cpu() {
    return system.substring(0, system.indexOf('-'));
  }

  /** {@code x86_64}, or the number of a machine that is less known. */
  static String name(int machine) {
    return switch (machine) {
      case 0 -> "no machine";
      case 2 -> "sparc";
      case 3 -> "i386";
      case 4 -> "m68k";
      case 8 -> "mips";
      case 15 -> "hppa";
      case 20 -> "powerpc";
      case 21 -> "powerpc64";
      case 22 -> "s390";
      case 40 -> "arm";
      case 43 -> "sparc64";
      case 62 -> "x86_64";
      case 94 -> "xtensa";
      case 164 -> "hexagon";
      case 183 -> "aarch64";
      case 224 -> "amdgpu";
      case 243 -> "riscv";
      case 247 -> "bpf";
      case 258 -> "loongarch";
      default -> "ELF machine " + machine;
    };
  }
}

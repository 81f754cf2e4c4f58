package dev.crossplan.cross.inspection;

import dev.crossplan.cross.IsaString;
import dev.crossplan.cross.elf.ElfFile;
import dev.crossplan.cross.elf.ElfHeader;
import java.util.Optional;

/** Whether code of an ELF file runs on the board, and goes together with that of others. */
final class CodeRules {
  // "File Header" in the RISC-V ELF psABI Specification.
  private static final int EF_RISCV_RVC = 1;
  private static final int EF_RISCV_FLOAT_ABI = 6;
  private static final int EF_RISCV_RVE = 8;
  private static final int EF_RISCV_TSO = 16;

  private final TargetPlatform target;
  private final FaultSink faults;

  CodeRules(TargetPlatform target, FaultSink faults) {
    this.target = target;
    this.faults = faults;
  }

  /**
   * Whether a file is for the machine; what is for none, as Guile's, and what is for eBPF is too.
   */
  boolean checkMachine(ElfHeader header) {
    if (target.runs(header)) {
      return true;
    }
    if (header.machine() != TargetPlatform.NO_MACHINE && header.machine() != TargetPlatform.BPF) {
      faults.add(Rule.MACHINE, "is for " + TargetPlatform.name(header.machine()), target.system());
    }
    return false;
  }

  /** Whether a file for the machine has the format of all files there. */
  boolean checkFormat(ElfHeader header) {
    if (header.bits() == 64 && header.littleEndian()) {
      return true;
    }
    faults.add(
        Rule.FORMAT,
        "has " + header.bits() + " bits, " + (header.littleEndian() ? "little" : "big") + "-endian",
        "64 bits, little-endian");
    return false;
  }

  void checkCode(ElfFile elf, FileRole role) {
    if (target.isa().isEmpty() || role != FileRole.ORDINARY) {
      return;
    }
    IsaString isa = target.isa().get();
    int flags = elf.header().flags();
    String abi = abi(flags);
    boolean isObject = elf.header().type() == ElfHeader.RELOCATABLE;
    if (!abi.equals(isa.usualAbi()) && !(isObject && !elf.hasCode()) && !isFirmware(elf)) {
      faults.add(Rule.FLOAT_ABI, "has the ABI " + abi, isa.usualAbi());
    }
    if ((flags & EF_RISCV_RVC) != 0 && !isa.extensions().contains("zca")) {
      faults.add(Rule.INSTRUCTION_SET, "has compressed instructions", target.march());
    }
    if ((flags & EF_RISCV_TSO) != 0 && !isa.extensions().contains("ztso")) {
      faults.add(Rule.INSTRUCTION_SET, "relies on total store ordering", target.march());
    }
    elf.riscvArch().ifPresent(arch -> checkArch(arch, isa));
  }

  /** Whether a file may have another ABI, as it runs without anything of the system. */
  static boolean isFirmware(ElfFile elf) {
    return abi(elf.header().flags()).equals("lp64") && FileRole.standsAlone(elf);
  }

  private void checkArch(String arch, IsaString isa) {
    Optional<IsaString> code = IsaString.parse(arch);
    if (code.isEmpty()) {
      faults.add(Rule.INSTRUCTION_SET, "is for the unknown " + arch, target.march());
    } else if (code.get().bits() != isa.bits()) {
      faults.add(
          Rule.INSTRUCTION_SET, "is for " + code.get().bits() + " bits", isa.bits() + " bits");
    } else if (!code.get().runsOn(isa)) {
      faults.add(
          Rule.INSTRUCTION_SET,
          "uses " + String.join(", ", code.get().beyond(isa)),
          "no more than " + target.march());
    }
  }

  private static String abi(int flags) {
    String floats =
        switch ((flags & EF_RISCV_FLOAT_ABI) >> 1) {
          case 0 -> "";
          case 1 -> "f";
          case 2 -> "d";
          default -> "q";
        };
    return "lp64" + ((flags & EF_RISCV_RVE) != 0 ? "e" : "") + floats;
  }
}

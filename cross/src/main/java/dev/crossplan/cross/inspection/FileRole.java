package dev.crossplan.cross.inspection;

import com.google.common.collect.ImmutableSet;
import dev.crossplan.cross.elf.ElfFile;
import dev.crossplan.cross.elf.ElfHeader;
import java.nio.file.Path;

/**
 * What a file is for, where that is not to be run by Linux on the CPU of the target as a program.
 * Not all rules hold for these.
 */
enum FileRole {
  /** A program, a library, an object to be linked to such: all rules hold. */
  ORDINARY,

  /**
   * What is loaded into another device: {@code lib/firmware} has ELF files for Xtensa, Hexagon, ARM
   * and 32-bit RISC-V, {@code share/qemu} those for the machines that QEMU is. They may be for any
   * machine but that of the desk, which would not need them as ELF files there.
   */
  DEVICE,

  /**
   * The kernel and its modules. They use no floating point, so their ABI is lp64; their attributes
   * have every extension that some function uses after asking for it.
   */
  KERNEL,

  /**
   * A library of a compiler for another ABI, {@code lib/gcc/…/rv32imac/ilp32/libgcc.a}: it has to
   * be for the machine, in whatever form.
   */
  OTHER_ABI;

  private static final int I386 = 3;
  private static final int X86_64 = 62;

  private static final ImmutableSet<String> ABIS =
      ImmutableSet.of(
          "ilp32", "ilp32e", "ilp32f", "ilp32d", "lp64", "lp64e", "lp64f", "lp64d", "lp64q");

  /**
   * Tells by the path, which is where the kernel, QEMU and GCC look for them.
   *
   * @param file with the name of the path that it is in, without what stands before that
   * @param abi of the target
   */
  static FileRole of(Path file, String abi) {
    String before = "";
    for (Path part : file) {
      String name = part.toString();
      if ((before.equals("lib") && name.equals("firmware"))
          || (before.equals("share") && name.equals("qemu"))) {
        return DEVICE;
      }
      if (before.equals("lib") && name.equals("modules")) {
        return KERNEL;
      }
      if (ABIS.contains(name) && !name.equals(abi)) {
        return OTHER_ABI;
      }
      before = name;
    }
    return before.endsWith(".ko") || before.startsWith("vmlinux") ? KERNEL : ORDINARY;
  }

  boolean admitsMachine(ElfHeader header) {
    return this == DEVICE && header.machine() != X86_64 && header.machine() != I386;
  }

  /**
   * Whether a file runs without anything of the system: firmware, a boot loader, the kernel. These
   * are built for lp64 on every board. A program for Linux that is linked statically has storage of
   * threads.
   */
  static boolean standsAlone(ElfFile elf) {
    return (elf.header().type() == ElfHeader.EXECUTABLE || elf.isPositionIndependentProgram())
        && elf.interpreter().isEmpty()
        && elf.needed().isEmpty()
        && !elf.usesThreadStorage();
  }
}

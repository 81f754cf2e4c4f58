package dev.crossplan.cross.elf;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.util.Optional;

/**
 * What an ELF file of 64 bits, little-endian, asks of where it runs.
 *
 * @param hasCode whether a section of it is executed; true where there are no sections
 * @param isDebugInfo whether it is the part that {@code objcopy --only-keep-debug} leaves: of what
 *     is loaded it has only addresses
 * @param isPositionIndependentProgram {@code DF_1_PIE}
 * @param usesThreadStorage {@code PT_TLS}, as all programs have that are linked with glibc
 * @param interpreter {@code PT_INTERP}
 * @param needed {@code DT_NEEDED}, in their order
 * @param runPath entries of {@code DT_RUNPATH}, or where there is none of {@code DT_RPATH}
 * @param riscvArch {@code Tag_RISCV_arch}, the instruction set that it is for; empty where it does
 *     not say, or is for another machine
 */
public record ElfFile(
    ElfHeader header,
    boolean hasCode,
    boolean isDebugInfo,
    boolean isPositionIndependentProgram,
    boolean usesThreadStorage,
    Optional<String> interpreter,
    ImmutableList<String> needed,
    ImmutableList<String> runPath,
    Optional<String> riscvArch) {

  /**
   * Reads a file of which {@code header} was read before.
   *
   * @param header of 64 bits, little-endian
   * @throws MalformedFileException if something in it is not where it should be
   */
  public static ElfFile read(FileRange file, ElfHeader header) throws IOException {
    return new ElfReader(file, header).read();
  }
}

package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableMap;

/**
 * How large types of C are on riscv64.
 *
 * @see <a href="https://github.com/riscv-non-isa/riscv-elf-psabi-doc">RISC-V ELF psABI, "C type
 *     sizes and alignments"</a>
 */
final class TypeSizes {
  private static final ImmutableMap<String, Integer> SMALL =
      ImmutableMap.<String, Integer>builder()
          .put("char", 1)
          .put("signed char", 1)
          .put("unsigned char", 1)
          .put("bool", 1)
          .put("_Bool", 1)
          .put("short", 2)
          .put("unsigned short", 2)
          .put("int", 4)
          .put("unsigned", 4)
          .put("unsigned int", 4)
          .put("float", 4)
          .put("wchar_t", 4)
          .buildOrThrow();

  private static final int LONG = 8;

  private TypeSizes() {}

  /** In bytes; that of a pointer if it is not known. */
  static int of(String type) {
    return SMALL.getOrDefault(type.strip(), LONG);
  }
}

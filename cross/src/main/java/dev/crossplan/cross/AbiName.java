package dev.crossplan.cross;

import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import dev.crossplan.planner.Suggestion;
import dev.crossplan.planner.variant.MarchFault;
import java.util.Optional;

/**
 * How GCC reads {@code -mabi} for RISC-V: how wide addresses are, then which registers numbers with
 * a floating point are passed in, which the instruction set must have.
 */
final class AbiName {
  private static final ImmutableSortedSet<String> NAMES =
      ImmutableSortedSet.of(
          "ilp32", "ilp32d", "ilp32e", "ilp32f", "lp64", "lp64d", "lp64e", "lp64f");

  private AbiName() {}

  /**
   * Why compilers for a system of {@code bits} do not take {@code abi}; empty if they do, as far as
   * is known.
   *
   * @param isa what is compiled for, where that is known
   */
  static Optional<MarchFault> fault(String abi, Optional<IsaString> isa, int bits) {
    ImmutableSortedSet<String> ofBits = ofBits(bits);
    if (!NAMES.contains(abi)) {
      return certain("there is no such ABI", Suggestion.oneOf(abi, ofBits));
    }
    if (!ofBits.contains(abi)) {
      return certain(
          "it is not for " + bits + " bits, which the platform has",
          "Maybe one of these is meant: " + String.join(", ", ofBits) + ".");
    }
    String needed = abi.substring(abi.length() - 1);
    return isa.filter(known -> "df".contains(needed) && !known.extensions().contains(needed))
        .flatMap(
            known ->
                certain(
                    "it passes numbers in registers of " + needed + ", which gcc.arch has not got",
                    "Maybe set gcc.abi to "
                        + known.usualAbi()
                        + ", which goes with that gcc.arch, or add "
                        + needed
                        + " to gcc.arch."));
  }

  private static ImmutableSortedSet<String> ofBits(int bits) {
    String start = bits == 64 ? "lp64" : "ilp32";
    return ImmutableSortedSet.copyOf(Sets.filter(NAMES, name -> name.startsWith(start)));
  }

  private static Optional<MarchFault> certain(String what, String remedy) {
    return Optional.of(new MarchFault(true, what, remedy, Optional.empty()));
  }
}

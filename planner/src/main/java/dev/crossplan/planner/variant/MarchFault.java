package dev.crossplan.planner.variant;

import com.google.common.base.Preconditions;
import java.util.Optional;

/**
 * Why a compiler may not take the name of an instruction set, or of an ABI.
 *
 * @param isCertain whether every compiler refuses it; else it may be newer than what is known here,
 *     or older
 * @param what is wrong with it, in a clause
 * @param remedy a sentence that starts with "Maybe"
 * @param instead what the compiler does take of it, where that is known
 */
public record MarchFault(boolean isCertain, String what, String remedy, Optional<String> instead) {

  public MarchFault {
    Preconditions.checkArgument(remedy.startsWith("Maybe "), "a remedy starts with Maybe");
  }
}

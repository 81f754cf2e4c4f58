package dev.crossplan.planner.derivation;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.crossplan.planner.InputException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are a .drv file, and are written as they were, or are refused. */
class DerivationAtermFuzz {

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "3m")
  void comesBackOrIsRefused(byte[] bytes) {
    try {
      Derivation derivation = DerivationAterm.read("x.drv", "x", bytes);
      if (!Arrays.equals(bytes, DerivationAterm.write(derivation))) {
        throw new AssertionError("other bytes are written than were read");
      }
      derivation.words("configureFlags");
    } catch (InputException e) {
      Seeds.checkMessage(e);
    }
  }

  static Stream<byte[]> seeds() {
    return Seeds.named(".drv");
  }
}

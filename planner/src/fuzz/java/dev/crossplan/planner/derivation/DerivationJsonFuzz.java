package dev.crossplan.planner.derivation;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.crossplan.planner.InputException;
import java.io.ByteArrayInputStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are derivations in JSON, or are refused. */
class DerivationJsonFuzz {

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "3m")
  void readsOrRefuses(byte[] bytes) {
    try {
      DerivationJson.read(
          "x.json",
          new ByteArrayInputStream(bytes),
          (path, derivation) -> {
            Derivation again =
                DerivationAterm.read(
                    "x.drv", derivation.name(), DerivationAterm.write(derivation));
            if (!again.equals(derivation)) {
              throw new AssertionError(derivation + " became " + again);
            }
            derivation.words("configureFlags");
          });
    } catch (InputException e) {
      Seeds.checkMessage(e);
    }
  }

  static Stream<byte[]> seeds() {
    return Seeds.named(".json");
  }
}

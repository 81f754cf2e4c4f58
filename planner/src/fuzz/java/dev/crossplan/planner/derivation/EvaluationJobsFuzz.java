package dev.crossplan.planner.derivation;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.crossplan.planner.InputException;
import java.io.ByteArrayInputStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are evaluation jobs, or are refused. */
class EvaluationJobsFuzz {

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "3m")
  void readsOrRefuses(byte[] bytes) {
    try {
      EvaluationJobs.read("x.jsonl", new ByteArrayInputStream(bytes), job -> {});
    } catch (InputException e) {
      Seeds.checkMessage(e);
    }
  }

  static Stream<byte[]> seeds() {
    return Seeds.named(".jsonl");
  }
}

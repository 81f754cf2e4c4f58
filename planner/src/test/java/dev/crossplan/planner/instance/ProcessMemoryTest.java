package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
  private static final long SELF = ProcessHandle.current().pid();

  @Test
  void whatIsInUseHasBeenTaken() {
    byte[] used = new byte[64 << 20];
    used[used.length - 1] = 1;
    assertTrue(ProcessMemory.peakBytes(SELF).getAsLong() > used.length);
  }

  @Test
  void whatAProcessStartedCountsWithIt() throws Exception {
    Process child = new ProcessBuilder("sleep", "60").start();
    try {
      long alone = ProcessMemory.peakBytes(child.pid()).getAsLong();
      long before = ProcessMemory.peakBytes(SELF).getAsLong();
      assertTrue(alone > 0 && before > alone);
      child.destroyForcibly().waitFor();
      assertEquals(OptionalLong.empty(), ProcessMemory.peakBytes(child.pid()));
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void ofNoProcessNothingIsKnown() {
    assertEquals(OptionalLong.empty(), ProcessMemory.peakBytes(Long.MAX_VALUE));
  }
}

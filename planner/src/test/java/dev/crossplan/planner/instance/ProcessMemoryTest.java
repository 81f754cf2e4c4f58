package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
  private static final long SELF = ProcessHandle.current().pid();

  @Test
  void whatIsInUseHasBeenTaken() {
    byte[] used = new byte[64 << 20];
    used[used.length - 1] = 1;
    ProcessMemory memory = ProcessMemory.of(SELF).orElseThrow();
    assertTrue(memory.residentBytes() > used.length && memory.peakBytes() > used.length);
  }

  @Test
  void whatAProcessStartedCountsWithIt() throws Exception {
    Process child = new ProcessBuilder("sleep", "60").start();
    try {
      long alone = ProcessMemory.of(child.pid()).orElseThrow().residentBytes();
      long before = ProcessMemory.of(SELF).orElseThrow().peakBytes();
      assertTrue(alone > 0 && before > alone);
      child.destroyForcibly().waitFor();
      assertEquals(Optional.empty(), ProcessMemory.of(child.pid()));
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void ofNoProcessNothingIsKnown() {
    assertEquals(Optional.empty(), ProcessMemory.of(Long.MAX_VALUE));
  }
}

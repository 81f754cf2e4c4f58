package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EvaluationSlotsTest {
  private static final long GIB = 1 << 30;

  /** How many of twenty evaluations run at the same time at most, when each takes so much. */
  private static int mostAtOnce(EvaluationSlots slots, long bytes) throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(
            threads.submit(
                () -> {
                  slots.acquire();
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  Thread.sleep(1);
                  slots.expect(bytes);
                  running.decrementAndGet();
                  slots.release();
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get(30, TimeUnit.SECONDS);
      }
      return most.get();
    } finally {
      threads.shutdownNow();
    }
  }

  @Property(tries = 30)
  void neverMoreThanFitAndAllGetTheirTurn(
      @ForAll @IntRange(min = 1, max = 8) int limit,
      @ForAll @IntRange(min = 1, max = 4) int each,
      @ForAll @IntRange(min = 1, max = 6) int most)
      throws Exception {
    int fit = Math.max(1, limit / each);
    // The first ones are taken for 1 GiB each, before any has told what it took.
    int atFirst = Math.max(1, limit);
    int seen = mostAtOnce(new EvaluationSlots(limit * GIB, most, 1), each * GIB);
    assertTrue(seen <= Math.min(most, Math.max(fit, atFirst)), seen + " at once");
  }

  @Test
  void oneThatDoesNotFitRunsAlone() throws Exception {
    assertEquals(1, mostAtOnce(new EvaluationSlots(1, 4, 1), GIB));
  }

  @Test
  void whatWasSeenToBeLargeIsExpectedAgain() throws Exception {
    EvaluationSlots slots = new EvaluationSlots(4 * GIB, 4, 1);
    slots.acquire();
    slots.expect(3 * GIB);
    slots.release();
    assertEquals(1, mostAtOnce(slots, GIB));
  }

  @Test
  void thisMachineHasMemory() {
    assertTrue(EvaluationSlots.usualLimit() > 1 << 20);
  }
}

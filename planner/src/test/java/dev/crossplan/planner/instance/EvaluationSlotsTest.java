package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EvaluationSlotsTest {
  private static final long MIB = 1 << 20;
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
                  EvaluationSlots.Slot slot = slots.slot(1);
                  slots.acquire(slot);
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  Thread.sleep(1);
                  boolean goesOn =
                      slots.mayGoOn(slot, new ProcessMemory(bytes, bytes), System.nanoTime());
                  running.decrementAndGet();
                  if (goesOn) {
                    slots.ended(slot);
                    return null;
                  }
                  slots.stopped(slot);
                  slots.acquire(slot);
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  running.decrementAndGet();
                  slots.ended(slot);
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
    EvaluationSlots slots = new EvaluationSlots(limit * GIB, most, 1);
    runs(slots, each * GIB);
    int seen = mostAtOnce(slots, each * GIB);
    assertTrue(seen <= Math.min(most, Math.max(1, limit / each)), seen + " at once");
  }

  /** One that runs alone and comes to its end. */
  private static void runs(EvaluationSlots slots, long bytes) {
    EvaluationSlots.Slot slot = slots.slot(1);
    assertTrue(slots.tryAcquire(slot));
    slots.mayGoOn(slot, new ProcessMemory(bytes, bytes), System.nanoTime());
    slots.ended(slot);
  }

  /** How many can begin, one after the other. */
  private static int begun(EvaluationSlots slots) {
    int begun = 0;
    while (slots.tryAcquire(slots.slot(1))) {
      begun++;
    }
    return begun;
  }

  @Test
  void whatIsNotKnownIsNotTakenForSmall() {
    EvaluationSlots untold = new EvaluationSlots(2 * GIB, 4, 1);
    EvaluationSlots.Slot first = untold.slot(1);
    assertTrue(untold.tryAcquire(first));
    untold.ended(first);
    assertEquals(2, begun(untold));

    EvaluationSlots failing = new EvaluationSlots(2 * GIB, 4, 1);
    first = failing.slot(1);
    assertTrue(failing.tryAcquire(first));
    failing.mayGoOn(first, new ProcessMemory(MIB, MIB), 1);
    failing.failed(first);
    assertEquals(2, begun(failing));
  }

  @Test
  void noMoreBeginThanProgramsOfNixCanRun() {
    EvaluationSlots slots = new EvaluationSlots(64 * GIB, 16, 1);
    assertEquals(16, slots.workers(100));
    assertEquals(4, begun(slots));
  }

  /** An evaluation that grows, looked at every hundredth of a second, as processes are. */
  private static final class Growing {
    private static final int LOOKS_UNTIL_DEAD = 4;
    private static final int LOOKS_AT_FULL_SIZE = 30;

    private final EvaluationSlots.Slot slot;
    private final long size;
    private final long growth;
    private long bytes;
    private int looks;
    private int dying;
    private boolean isRunning;
    private boolean isDone;
    private int stops;

    Growing(EvaluationSlots.Slot slot, long size, long growth) {
      this.slot = slot;
      this.size = size;
      this.growth = growth;
    }

    void begin(EvaluationSlots slots) {
      if (!isRunning && !isDone && slots.tryAcquire(slot)) {
        isRunning = true;
        bytes = 0;
        looks = 0;
        dying = 0;
      }
    }

    /** It grows until it is dead. */
    void grow(EvaluationSlots slots, long nanos) {
      if (!isRunning) {
        return;
      }
      bytes = Math.min(size, bytes + growth);
      if (dying > 0) {
        if (--dying == 0) {
          isRunning = false;
          bytes = 0;
          stops++;
          slots.stopped(slot);
        }
      } else if (!slots.mayGoOn(slot, new ProcessMemory(bytes, bytes), nanos)) {
        dying = LOOKS_UNTIL_DEAD;
      } else if (bytes == size && looks++ > LOOKS_AT_FULL_SIZE) {
        isRunning = false;
        isDone = true;
        bytes = 0;
        slots.ended(slot);
      }
    }
  }

  /** Up to 800 MiB a second each, which Nix does not do. */
  @Property(tries = 300)
  void theLimitHoldsWhateverTheyTake(
      @ForAll @IntRange(min = 1024, max = 8192) int limit,
      @ForAll @IntRange(min = 1, max = 4) int most,
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 10, max = 4000) Integer> sizes,
      @ForAll @Size(8) List<@IntRange(min = 1, max = 8) Integer> growths) {
    EvaluationSlots slots = new EvaluationSlots(limit * MIB, most, 1);
    List<Growing> all = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      all.add(new Growing(slots.slot(1), sizes.get(i) * MIB, growths.get(i) * MIB));
    }
    for (int look = 1; !all.stream().allMatch(each -> each.isDone); look++) {
      assertTrue(look < 1_000_000, "they never end");
      long nanos = look * 10_000_000L;
      all.forEach(each -> each.begin(slots));
      all.forEach(each -> each.grow(slots, nanos));
      long sum = all.stream().mapToLong(each -> each.bytes).sum();
      long together = all.stream().filter(each -> each.bytes > 0).count();
      assertTrue(together <= 1 || sum <= limit * MIB, sum / MIB + " MiB");
    }
    // Whoever begins again does so because another has ended.
    all.forEach(each -> assertTrue(each.stops < all.size(), each.stops + " times"));
  }

  @Test
  void theYoungestIsEndedAndBeginsAgainWhenAnotherHasEnded() {
    EvaluationSlots slots = new EvaluationSlots(2 * GIB, 4, 1);
    EvaluationSlots.Slot first = slots.slot(1);
    EvaluationSlots.Slot second = slots.slot(1);
    assertTrue(slots.tryAcquire(first) && slots.tryAcquire(second));
    long nanos = 0;
    for (long bytes : List.of(GIB / 2, GIB / 2, GIB / 2, GIB, GIB)) {
      nanos += 1_000_000_000;
      slots.mayGoOn(first, new ProcessMemory(bytes, bytes), nanos);
    }
    assertFalse(slots.mayGoOn(second, new ProcessMemory(GIB, GIB), nanos));
    assertTrue(slots.mayGoOn(first, new ProcessMemory(GIB, GIB), nanos));
    slots.stopped(second);
    assertFalse(slots.tryAcquire(second));
    assertTrue(slots.mayGoOn(first, new ProcessMemory(3 * GIB, 3 * GIB), nanos), "alone");
    slots.ended(first);
    assertTrue(slots.tryAcquire(second));
  }

  @Test
  void whatIsSeveralProcessesGoesOnWithFewer() {
    EvaluationSlots slots = new EvaluationSlots(2 * GIB, 4, 1);
    EvaluationSlots.Slot slot = slots.slot(4);
    int workers = 4;
    for (; workers > 1; workers /= 2) {
      assertEquals(workers, slot.workers());
      assertTrue(slots.tryAcquire(slot));
      assertFalse(slots.mayGoOn(slot, new ProcessMemory(2 * GIB, 2 * GIB), 1));
      slots.stopped(slot);
    }
    assertTrue(slots.tryAcquire(slot));
    assertTrue(slots.mayGoOn(slot, new ProcessMemory(2 * GIB, 2 * GIB), 1));
  }

  /** While it is being ended, the other comes to its end. */
  @Test
  void whatIsEndedForAnotherKeepsItsProcesses() {
    EvaluationSlots slots = new EvaluationSlots(2 * GIB, 4, 1);
    EvaluationSlots.Slot first = slots.slot(1);
    EvaluationSlots.Slot second = slots.slot(4);
    assertTrue(slots.tryAcquire(first) && slots.tryAcquire(second));
    assertTrue(slots.mayGoOn(first, new ProcessMemory(GIB, GIB), 1));
    assertFalse(slots.mayGoOn(second, new ProcessMemory(GIB, GIB), 1));
    slots.ended(first);
    slots.stopped(second);
    assertEquals(4, second.workers());
    assertTrue(slots.tryAcquire(second));
  }

  @Test
  void oneThatDoesNotFitRunsAlone() throws Exception {
    assertEquals(1, mostAtOnce(new EvaluationSlots(1, 4, 1), GIB));
  }

  @Test
  void whatWasSeenToBeLargeIsExpectedAgain() throws Exception {
    EvaluationSlots slots = new EvaluationSlots(4 * GIB, 4, 1);
    runs(slots, 3 * GIB);
    assertEquals(1, mostAtOnce(slots, GIB));
  }

  @Test
  void thisMachineHasMemory() {
    assertTrue(EvaluationSlots.usualLimit() > 1 << 20);
  }
}

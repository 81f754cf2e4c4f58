package dev.crossplan.planner.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ScheduleTest {
  /** a(2) before b(3); c(4) only on m1, which has two slots. */
  private final ScheduleProblem problem =
      Problems.onSlots(1, 2)
          .task("a", 2)
          .task("b", 3, "a")
          .task("c", new double[] {Problems.NO, 4})
          .task("d", 4)
          .get();

  @Test
  void sumsItself() {
    Schedule schedule = Schedule.of(problem, new int[] {0, 0, 1, 1}, new double[] {0, 2, 1, 1.5});
    assertEquals(5.5, schedule.makespan());
    assertEquals(5, schedule.finish(1));
  }

  @Test
  void refusesAStartBeforeANeedHasFinished() {
    assertRefused(
        "b starts at 1.5, but a which it needs finishes at 2.0",
        new int[] {0, 1, 1, 0},
        new double[] {0, 1.5, 2, 4});
  }

  @Test
  void refusesMoreTasksThanSlots() {
    assertRefused(
        "m1 has 2 slots, but one more task starts there at 2.0",
        new int[] {0, 1, 1, 1},
        new double[] {0, 2, 0, 1});
  }

  @Test
  void refusesAMachineThatCannot() {
    assertRefused("c cannot run on m0", new int[] {1, 1, 0, 0}, new double[] {0, 2, 0, 4});
  }

  @Test
  void refusesAStartBeforeTime() {
    assertRefused("d starts at -1.0", new int[] {0, 0, 1, 1}, new double[] {0, 2, 0, -1});
  }

  @Test
  void tasksThatTakeNoTimeNeedNoSlot() {
    ScheduleProblem idle = Problems.onSlots(1).task("a", 2).task("b", 0).get();
    assertEquals(2, Schedule.of(idle, new int[2], new double[] {0, 1}).makespan());
  }

  @Test
  void refusesMoreTasksThanMemory() {
    ScheduleProblem scarce = Problems.onMemory(3).task("a", 2).task("b", 2).memory(2, 2).get();
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> Schedule.of(scarce, new int[2], new double[] {0, 1}));
    assertEquals("m0 has no memory for b at 1.0", refused.getMessage());
    assertEquals(4, Schedule.of(scarce, new int[2], new double[] {0, 2}).makespan());
  }

  @Test
  void refusesAStartBeforeANeedHasArrived() {
    ScheduleProblem apart =
        Problems.onSlots(1, 1)
            .task("a", 2)
            .task("b", 3, "a")
            .transfers(new long[] {10, 0}, new double[] {0, 0.1, 0.2, 0})
            .get();
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> Schedule.of(apart, new int[] {0, 1}, new double[] {0, 2.5}));
    assertEquals(
        "b starts at 2.5, but a which it needs finishes at 2.0 elsewhere", refused.getMessage());
    assertEquals(6, Schedule.of(apart, new int[] {0, 1}, new double[] {0, 3}).makespan());
  }

  @Test
  void aMachineWithTooLittleMemoryCannot() {
    ScheduleProblem scarce = Problems.onMemory(1, 9).task("a", 2).memory(2).get();
    assertEquals(Problems.NO, scarce.duration(0, 0));
    assertEquals(2, scarce.duration(0, 1));
  }

  private void assertRefused(String message, int[] machines, double[] starts) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Schedule.of(problem, machines, starts));
    assertEquals(message, refused.getMessage());
  }
}

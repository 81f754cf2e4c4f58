package dev.crossplan.planner.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ListSchedulerTest {
  /**
   *
   *
   * <pre>
   * short(1)        by name first, but at the end of no path
   * a(2) <- b(5)    the longest path: starts first
   * </pre>
   */
  @Test
  void theLongestRemainingPathGoesFirst() {
    ScheduleProblem problem =
        Problems.onSlots(1).task("short", 1).task("a", 2).task("b", 5, "a").get();
    Schedule schedule = ListScheduler.schedule(problem);
    assertEquals(0, schedule.start(1));
    assertEquals(2, schedule.start(2));
    assertEquals(7, schedule.start(0));
    assertEquals(8, schedule.makespan());
  }

  /**
   *
   *
   * <pre>
   * first(4 | 9)            m0 is quicker for both, but only one can have it
   * second(5 | 6)
   * </pre>
   */
  @Test
  void eachTaskRunsWhereItFinishesFirst() {
    ScheduleProblem problem =
        Problems.onSlots(1, 1)
            .task("first", new double[] {4, 9})
            .task("second", new double[] {5, 6})
            .get();
    Schedule schedule = ListScheduler.schedule(problem);
    assertEquals(0, schedule.machine(0));
    assertEquals(1, schedule.machine(1));
    assertEquals(6, schedule.makespan());
  }

  /**
   *
   *
   * <pre>
   * m0 |aaaa    bbbb    dddd|   b needs x, d needs z: two gaps on m0
   * m1 |xxxxxxxxzzzzzzzz    |
   *         ee                  e(2), scheduled last, fits into the first of them
   * </pre>
   */
  @Test
  void aShortTaskGoesIntoAGap() {
    double no = Problems.NO;
    ScheduleProblem problem =
        Problems.onSlots(1, 1)
            .task("a", new double[] {4, no})
            .task("x", new double[] {no, 8})
            .task("z", new double[] {no, 8}, "x")
            .task("b", new double[] {4, no}, "x", "a")
            .task("d", new double[] {4, no}, "b", "z")
            .task("e", new double[] {2, no})
            .get();
    Schedule schedule = ListScheduler.schedule(problem);
    assertEquals(8, schedule.start(3));
    assertEquals(4, schedule.start(5));
    assertEquals(20, schedule.makespan());
  }

  /**
   *
   *
   * <pre>
   * big(2)        made on m0, where alone it can run
   * user(3 | 2)   quicker on m1, but its input is 5 on the way
   * </pre>
   */
  @Test
  void aTaskRunsWhereItsInputsAre() {
    ScheduleProblem problem =
        Problems.onSlots(1, 1)
            .task("big", new double[] {2, Problems.NO})
            .task("user", new double[] {3, 2}, "big")
            .transfers(new long[] {5, 0}, new double[] {0, 1, 1, 0})
            .get();
    assertEquals(0, ListScheduler.schedule(problem).machine(1));
    assertEquals(5, ListScheduler.schedule(problem).makespan());
  }

  /** Of three that want half of the memory two run at a time. */
  @Test
  void noMoreRunThanThereIsMemoryFor() {
    ScheduleProblem problem =
        Problems.onMemory(10).task("a", 2).task("b", 2).task("c", 2).memory(5, 5, 5).get();
    assertEquals(4, ListScheduler.schedule(problem).makespan());
  }

  /** Slow and free is in time for the one, and not for the two that wait for one another. */
  @Test
  void aThriftySchedulePaysOnlyForWhatIsInAHurry() {
    ScheduleProblem problem =
        Problems.onSlots(2, 2)
            .task("alone", new double[] {4, 8})
            .task("first", new double[] {4, 8})
            .task("second", new double[] {4, 8}, "first")
            .get();
    Schedule schedule = ListScheduler.schedule(problem, (task, machine) -> 1 - machine, 10);
    assertEquals(1, schedule.machine(0));
    assertEquals(0, schedule.machine(1));
    assertEquals(0, schedule.machine(2));
    assertEquals(8, schedule.makespan());
  }

  /** Four equal tasks, three slots: equal ranks, so the last by number waits. */
  @Test
  void slotsAreUsedAndTiesGoByNumber() {
    ScheduleProblem problem =
        Problems.onSlots(3).task("a", 2).task("b", 2).task("c", 2).task("d", 2).get();
    Schedule schedule = ListScheduler.schedule(problem);
    assertEquals(0, schedule.start(2));
    assertEquals(2, schedule.start(3));
  }

  @Test
  void aMachineWithoutSlotsRunsNothing() {
    ScheduleProblem problem = Problems.onSlots(0, 1).task("a", new double[] {1, 9}).get();
    assertEquals(1, ListScheduler.schedule(problem).machine(0));
  }

  /** 300,000 tasks in a row: nothing may recurse, or look at all gaps of the past. */
  @Test
  void longChainsAreScheduled() {
    int n = 300_000;
    int[][] needs = new int[n][];
    double[] durations = new double[2 * n];
    Arrays.fill(durations, 1);
    for (int t = 0; t < n; t++) {
      needs[t] = t == 0 ? new int[0] : new int[] {t - 1};
    }
    ScheduleProblem problem =
        ScheduleProblem.of(
            IntStream.range(0, n).mapToObj(t -> "t" + t).toList(),
            Precedence.of(needs),
            List.of(new ScheduleProblem.Machine("m0", 1), new ScheduleProblem.Machine("m1", 1)),
            durations);
    assertEquals(n, ListScheduler.schedule(problem).makespan());
    assertEquals(n, ScheduleBounds.lowerBound(problem));
  }

  @Test
  void nothingToDoTakesNoTime() {
    assertEquals(0, ListScheduler.schedule(Problems.onSlots(1).get()).makespan());
    assertEquals(0, ListScheduler.schedule(Problems.onSlots().get()).makespan());
  }

  /** HEFT's processors are slots: three take 1, one takes 5. */
  @Test
  void ranksAreMeansOverSlots() {
    ScheduleProblem problem =
        Problems.onSlots(3, 1).task("a", new double[] {1, 5}).task("b", 4, "a").get();
    assertArrayEquals(new double[] {2 + 4, 4}, ListScheduler.upwardRanks(problem));
  }

  /** A thousand tasks leave as many gaps, and the first is filled. */
  @Test
  void noGapIsForgotten() {
    Timeline timeline = Timeline.of(new ScheduleProblem.Machine("m", 1), 2000);
    for (int i = 0; i < 1000; i++) {
      timeline.take(2 * i + 1, 1, 0);
    }
    assertEquals(0, timeline.earliest(0, 1, 0));
    timeline.take(0, 1, 0);
    assertEquals(2, timeline.earliest(0, 1, 0));
  }
}

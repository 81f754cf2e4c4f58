package dev.crossplan.planner.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleBoundsTest {
  private static final double NO = Problems.NO;

  /** a(2) <- b(3 | 7): five, on the machines that are quickest. */
  @Test
  void theLongestPath() {
    assertEquals(
        5,
        ScheduleBounds.lowerBound(
            Problems.onSlots(1, 1).task("a", 2).task("b", new double[] {3, 7}, "a").get()));
  }

  /** Seven tasks of two on three slots: 14 / 3, and whole because all durations are. */
  @Test
  void theLoadOfEqualMachines() {
    Problems problem = Problems.onSlots(2, 1);
    for (int t = 0; t < 7; t++) {
      problem.task("t" + t, 2);
    }
    assertEquals(5, ScheduleBounds.lowerBound(problem.get()));
  }

  /** Only m1 can run the four of 3; that m0 has ten slots is of no help. */
  @Test
  void theLoadOfTheOnlyMachineThatCan() {
    Problems problem = Problems.onSlots(10, 1);
    for (int t = 0; t < 4; t++) {
      problem.task("t" + t, new double[] {NO, 3});
    }
    assertTrue(ScheduleBounds.lowerBound(problem.get()) >= 11, "of 12");
  }

  /** Work over speed: 20 x 6 on speeds 1 and 2 takes 120 / 3. */
  @Test
  void theLoadOfFasterAndSlowerMachines() {
    Problems problem = Problems.onSlots(1, 1);
    for (int t = 0; t < 20; t++) {
      problem.task("t" + t, new double[] {6, 3});
    }
    assertEquals(40, ScheduleBounds.lowerBound(problem.get()));
  }

  /**
   *
   *
   * <pre>
   *          <- b0(2) <-
   * start(5) <- b1(2) <- end(5)    on two slots: 5 + 3 + 5, more than the path of 12
   *          <- b2(2) <-           and than the load of 16 / 2
   * </pre>
   */
  @Test
  void theLoadBetweenAHeadAndATail() {
    assertEquals(
        13,
        ScheduleBounds.lowerBound(
            Problems.onSlots(2)
                .task("start", 5)
                .task("b0", 2, "start")
                .task("b1", 2, "start")
                .task("b2", 2, "start")
                .task("end", 5, "b0", "b1", "b2")
                .get()));
  }

  /** Of halves and tenths as exact as of whole numbers: 7 tasks of 0.5 on three slots. */
  @Test
  void theLoadInTenths() {
    for (double unit : new double[] {0.5, 0.1, 0.000_001}) {
      Problems problem = Problems.onSlots(3);
      for (int t = 0; t < 7; t++) {
        problem.task("t" + t, unit);
      }
      assertEquals(3 * unit, ScheduleBounds.lowerBound(problem.get()), unit * 1e-12);
    }
  }

  /** A chain takes as long as it is, and nobody is told that it might be a hair shorter. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 1.5, 0.1, 1e-6, 1.0 / 3, 1e9 / 7})
  void theBoundOfAChainIsItsLength(double duration) {
    int n = 20_000;
    List<String> names = new ArrayList<>();
    int[][] needs = new int[n][];
    double[] durations = new double[n];
    for (int t = 0; t < n; t++) {
      names.add("t" + t);
      needs[t] = t == 0 ? new int[0] : new int[] {t - 1};
      durations[t] = duration;
    }
    ScheduleProblem problem =
        ScheduleProblem.of(
            names, Precedence.of(needs), List.of(new ScheduleProblem.Machine("m", 1)), durations);
    ScheduleSearch.Result result =
        ScheduleSearch.search(problem, Duration.ofSeconds(10), 1, Progress.NONE);
    assertEquals(result.schedule().makespan(), result.bound());
    assertEquals(n * duration, result.bound(), n * duration * 1e-11);
  }
}

package dev.crossplan.planner.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PolicyResultTest {
  private static final double NEVER = Double.POSITIVE_INFINITY;

  private static PolicyResult result(double... makespans) {
    return new PolicyResult(
        Policy.NIX,
        Arrays.stream(makespans)
            .mapToObj(
                seconds ->
                    new Run(
                        seconds == NEVER ? 7 : seconds,
                        1,
                        seconds < NEVER,
                        NEVER,
                        ImmutableDoubleArray.of(),
                        0,
                        5))
            .collect(ImmutableList.toImmutableList()));
  }

  @Test
  void medianAndRange() {
    assertEquals(OptionalDouble.of(20), result(30, 10, 20).makespan());
    assertEquals(OptionalDouble.of(15), result(20, 10).makespan());
    assertEquals(OptionalDouble.of(10), result(30, 10, 20).shortest());
    assertEquals(OptionalDouble.of(30), result(30, 10, 20).longest());
  }

  @Test
  void aRunThatNeverEndsIsLongerThanAll() {
    PolicyResult result = result(10, NEVER, 20);
    assertEquals(OptionalDouble.of(20), result.makespan());
    assertEquals(OptionalDouble.empty(), result.longest());
    assertEquals(2, result.finishedRuns());
    assertEquals(OptionalDouble.empty(), result(NEVER, NEVER, 20).makespan());
    assertEquals(OptionalDouble.empty(), result(NEVER, 20).makespan());
  }

  /** Run by run, since each run is as lucky for the one as for the other. */
  @Test
  void comparedRunByRun() {
    PolicyResult one = result(10, 100, NEVER);
    assertEquals(OptionalDouble.of(2), result(20, 200, 300).against(one));
    assertEquals(2, one.winsAgainst(result(20, 200, NEVER)));
    assertEquals(OptionalDouble.empty(), result(NEVER, NEVER, NEVER).against(one));
    assertEquals(OptionalDouble.of(1), result(0).against(result(0)));
    assertEquals(OptionalDouble.of(4), result(20, 10, 40).againstBound());
  }
}

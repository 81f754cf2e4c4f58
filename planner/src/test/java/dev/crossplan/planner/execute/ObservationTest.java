package dev.crossplan.planner.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObservationTest {
  /** The first column says what it was, the last one by how much longer it took. */
  @ParameterizedTest
  @CsvSource({
    "one thread that had a CPU half of the time, 100, 50, 50, 2, 50",
    "two threads at a time that had one half of the time, 100, 100, 100, 2, 50",
    "four threads for the two CPUs that it had, 100, 200, 200, 2, 0",
    "four threads for the one CPU of two that it had, 100, 100, 300, 2, 50",
    "one thread that slept half of the time, 100, 25, 25, 2, 25",
    "one thread that had a CPU whenever it wanted, 100, 30, 0, 2, 0",
    "more than can be: short processes were seen too early, 100, 60, 900, 1, 40"
  })
  void threadsThatWaitAtTheSameTimeDelayABuildOnce(
      String what, double seconds, double run, double waited, double allowed, double delay) {
    assertEquals(delay, Observation.delay(seconds, run, waited, allowed), 1e-9, what);
  }
}

package dev.crossplan.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecondsTest {
  @ParameterizedTest
  @CsvSource({
    "45s, 45",
    "90 min, 5400",
    "90m, 5400",
    "1.5h, 5400",
    "1 h 30 min, 5400",
    "1h30m5s, 5405",
    "2d, 172800",
    ".5 d, 43200",
    "0s, 0"
  })
  void whatPeopleWriteIsRead(String text, double seconds) {
    assertEquals(OptionalDouble.of(seconds), Seconds.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "90", "-1h", "1 hour", "1h x", "x 1h", "1hmin", "1e9h"})
  void anythingElseIsNot(String text) {
    assertEquals(OptionalDouble.empty(), Seconds.parse(text));
  }

  @ParameterizedTest
  @CsvSource({"0, 0 s", "0.04, 0 s", "0.31, 0.3 s", "0.94, 0.9 s", "0.96, 1 s", "1.4, 1 s"})
  void lessThanASecondIsNotNone(double seconds, String text) {
    assertEquals(text, Seconds.format(seconds));
    assertEquals(text, Seconds.about(seconds));
  }

  @Test
  void whatIsWrittenCanBeReadAgain() {
    for (int seconds : new int[] {0, 59, 60, 3599, 3600, 7260}) {
      assertEquals(OptionalDouble.of(seconds), Seconds.parse(Seconds.format(seconds)));
    }
  }
}

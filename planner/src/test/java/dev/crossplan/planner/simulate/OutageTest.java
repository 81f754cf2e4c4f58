package dev.crossplan.planner.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.crossplan.planner.InputException;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutageTest {

  @ParameterizedTest
  @CsvSource({
    "board: down at 10 min for 1 h, 600, 4200",
    "board: down at 0 s for 90s, 0, 90",
    "'  board :  down  at 1 h 30 min   for .5 d ', 5400, 48600",
    "board: down at 1h2min3s, 3723, Infinity"
  })
  void isRead(String text, double from, double until) {
    assertEquals(new Outage("board", from, until), Outage.parse(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "down at 10 min | it begins with the name of a builder and a colon | E",
        "board: at 10 min | after the colon it says 'down at' and a time | E",
        "board: down at 10 | \"10\" is no time from 0 s to 1000000000 s | E",
        "board: down at 10 mins | \"10 mins\" is no time from 0 s to 1000000000 s | E",
        "board: down at 10 min for 0 s | down for no time is not down | E",
        "board: down at -1 s | \"-1 s\" is no time from 0 s to 1000000000 s | E",
        "board: down at noon | \"noon\" is no time from 0 s to 1000000000 s | E",
        "board: down at 99999999 d | \"99999999 d\" is no time from 0 s to 1000000000 s | E"
      })
  void isRefusedWithTheReason(String text, String why, String remedy) {
    InputException e = assertThrows(InputException.class, () -> Outage.parse(text));
    assertEquals("fault '" + text + "': " + why, e.getMessage());
    assertEquals(
        Optional.of(remedy.equals("E") ? "Maybe 'board: down at 10 min for 1 h'." : remedy),
        e.remedy());
  }
}

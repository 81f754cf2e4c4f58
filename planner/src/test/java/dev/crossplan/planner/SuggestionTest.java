package dev.crossplan.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
  @ParameterizedTest
  @CsvSource({
    "paln,plan",
    "plans,plan",
    "lin,lint",
    "shedule,schedule",
    "explian,explain",
    "zip,''",
    "--formt,--format",
    "--outptu,--output",
    "--frmt,--format",
    "-x,-o",
    "PLAN,plan",
    "--zebra,''"
  })
  void findsWhatWasMeant(String typed, String meant) {
    List<String> names =
        List.of("plan", "lint", "explain", "schedule", "--format", "--output", "-o");
    assertEquals(meant, Suggestion.closest(typed, names).orElse(""));
  }
}

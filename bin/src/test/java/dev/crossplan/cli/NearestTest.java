package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
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
    "--zebra,''"
  })
  void findsWhatWasMeant(String typed, String meant) {
    Stream<String> names =
        Stream.of("plan", "lint", "explain", "schedule", "--format", "--output", "-o");
    assertEquals(meant, Nearest.to(typed, names).orElse(""));
  }
}

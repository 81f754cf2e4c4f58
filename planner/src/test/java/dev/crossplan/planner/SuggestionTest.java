package dev.crossplan.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
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
    "play,plan",
    "clap,''",
    "plane,plan",
    "explaned,explain",
    "ecplane,explain",
    "exploded,''",
    "--zebra,''"
  })
  void findsWhatWasMeant(String typed, String meant) {
    List<String> names =
        List.of("plan", "lint", "explain", "schedule", "--format", "--output", "-o");
    assertEquals(meant, Suggestion.closest(typed, names).orElse(""));
  }

  @Test
  void whereNothingIsCloseTheFirstOfAllAreNamed() {
    assertEquals("Maybe desk is meant.", Suggestion.oneOf("dekst", List.of("desk", "board")));
    assertEquals(
        "Maybe one of these is meant: desk, board.",
        Suggestion.oneOf("visage", List.of("desk", "board")));
    List<String> many = IntStream.range(0, 25).mapToObj(number -> "package" + number).toList();
    assertTrue(Suggestion.oneOf("zlib", many).endsWith(", package19 and 5 more."));
    assertEquals(
        "Maybe another file is meant: this one has none.", Suggestion.oneOf("zlib", List.of()));
  }
}

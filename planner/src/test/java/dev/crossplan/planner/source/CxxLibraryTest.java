package dev.crossplan.planner.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CxxLibraryTest {
  @Test
  void headersHaveMuchInCommon() {
    double string = CxxLibrary.lines(List.of("string"));
    double map = CxxLibrary.lines(List.of("map", "url.h"));
    double both = CxxLibrary.lines(List.of("string", "map"));
    assertTrue(both > Math.max(string, map) && both < string + map, () -> "together " + both);
    assertEquals(0, CxxLibrary.lines(List.of("stdio.h", "cstring")));
  }

  /** As g++ 12 says of these three: 22,798. */
  @Test
  void togetherTheyAreNearlyAsLongAsTheyAre() {
    assertEquals(22_798, CxxLibrary.lines(List.of("string", "vector", "map")), 500);
  }
}

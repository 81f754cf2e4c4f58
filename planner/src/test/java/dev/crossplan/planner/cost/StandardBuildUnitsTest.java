package dev.crossplan.planner.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandardBuildUnitsTest {
  private static final StandardBuildUnits BOOKS = StandardBuildUnits.ofBooks();

  /** openssl: 1.8 units with four jobs, tests included. */
  @Test
  void unitsAreOfOneJobWithoutTests() {
    StandardBuildUnits.Entry openssl = BOOKS.of("openssl").orElseThrow();
    assertEquals(1.8 / (0.15 + 0.85 / 4 + 0.4), openssl.units(), 1e-9);
    assertTrue(openssl.hasTests());
    assertEquals(Optional.of(50.7), openssl.sourceMegabytes());
  }

  @Test
  void lessThanATenthIsHalfOfThat() {
    StandardBuildUnits.Entry lua = BOOKS.of("lua").orElseThrow();
    assertTrue(lua.isBelow());
    assertEquals(0.05 / 1.4, lua.units(), 1e-9);
  }

  @Test
  void aToolForAnotherMachineIsAsLarge() {
    assertEquals(BOOKS.of("binutils"), BOOKS.of("riscv64-unknown-linux-gnu-binutils"));
    assertTrue(BOOKS.of("binutils").isPresent());
  }

  @Test
  void whatNoBookNamesIsNotThere() {
    assertEquals(Optional.empty(), BOOKS.of("frobnicate"));
  }
}

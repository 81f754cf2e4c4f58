package dev.crossplan.planner.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource({
    "bash-interactive, bash",
    "git-minimal, git",
    "gmp, gmp-with-cxx",
    "patch, gnupatch",
    "jinja2, python-jinja2",
    "python3.12-certifi, python3.X-certifi",
    "charset_normalizer, python3.X-charset-normalizer",
    "perl5.40.0-XML-Parser, perl-XML-Parser",
    "riscv64-unknown-linux-gnu-stage-static-gcc, nolibc-gcc",
  })
  void nixpkgsHasOtherNames(String name, String row) {
    assertEquals(BOOKS.of(row), BOOKS.of(name));
    assertTrue(BOOKS.of(name).isPresent());
  }

  /** Each within a factor of two of what board's cost table says, in units of two minutes. */
  @ParameterizedTest
  @CsvSource({
    "linux, 500",
    "riscv64-unknown-linux-gnu-nolibc-gcc, 820",
    "gcc, 820",
    "xgcc, 820",
    "glibc, 280",
    "glibc-nolibgcc, 280",
    "util-linux-minimal, 100"
  })
  void whatCompilersAndTheKernelTake(String name, double seconds) {
    double units = BOOKS.of(name).orElseThrow().units();
    assertEquals(0, Math.log(units * 120 / seconds), Math.log(2));
    assertTrue(BOOKS.of("libgcc").orElseThrow().units() < 1);
  }

  @Test
  void whatNoBookNamesIsNotThere() {
    assertEquals(Optional.empty(), BOOKS.of("frobnicate"));
  }
}

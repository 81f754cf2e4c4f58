package dev.crossplan.cross;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.variant.MarchFault;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrossPlatformsTest {
  private final CrossPlatforms platforms = new CrossPlatforms();

  @Test
  void marchIsComparedByMeaning() {
    assertEquals(march("rv64gc"), march("rv64imafdc_zicsr_zifencei"));
    assertNotEquals(march("rv64gc"), march("rv64gcv"));
  }

  @Test
  void nothingSaidIsWhatTheCompilerDoesByItself() {
    assertEquals(march("rv64gc"), platforms.canonicalMarch(Optional.empty(), "riscv64-linux"));
    assertEquals("x86-64", platforms.canonicalMarch(Optional.empty(), "x86_64-linux"));
    assertEquals("x86-64", platforms.instructions(Optional.empty(), "x86_64-linux"));
    assertEquals("", platforms.canonicalMarch(Optional.empty(), "aarch64-linux"));
  }

  @Test
  void whatIsNotOursToReadIsComparedAsTextAndHeldAgainstNobody() {
    assertEquals("x86-64-v3", platforms.canonicalMarch(Optional.of("x86-64-v3"), "x86_64-linux"));
    assertEquals("sifive-u74", march("sifive-u74"));
    assertTrue(platforms.runsOn("sifive-u74", "sifive-u74"));
    assertTrue(platforms.runsOn("sifive-u74", march("rv64gc")));
    assertTrue(platforms.runsOn("armv8.2-a", "armv9-a"));
    assertTrue(platforms.runsOn("skylake", "x86-64-v3"));
  }

  @Test
  void aLevelOfX86HasAllThatLowerOnesHave() {
    assertTrue(platforms.runsOn("x86-64", "x86-64-v2"));
    assertTrue(platforms.runsOn("x86-64-v2", "x86-64-v3"));
    assertTrue(platforms.runsOn("x86-64-v3", "x86-64-v3"));
    assertFalse(platforms.runsOn("x86-64-v4", "x86-64-v3"));
    assertFalse(platforms.runsOn("x86-64-v2", "x86-64"));
  }

  @Test
  void thereAreFourLevelsOfX86() {
    assertTrue(platforms.isMarch("x86-64-v4", "x86_64-linux"));
    assertTrue(platforms.isMarch("znver3", "x86_64-linux"));
    assertFalse(platforms.isMarch("x86-64-v5", "x86_64-linux"));
    assertTrue(platforms.marchFault("x86-64-v9", "x86_64-linux", OptionalInt.empty()).isPresent());
    assertTrue(platforms.marchFault("x86-64-v4", "x86_64-linux", OptionalInt.empty()).isEmpty());
  }

  /** As GCC 12 takes and refuses them. */
  @ParameterizedTest
  @CsvSource({
    "lp64d, rv64gc, ''",
    "lp64d, '', ''",
    "lp64, rv64gc, ''",
    "lp64f, rv64imafc, ''",
    "lp64, rv64imac_zdinx, ''",
    "lp64d, rv64foo, ''",
    "lp64d, rv64imac, 'it passes numbers in registers of d, which gcc.arch has not got'",
    "lp64f, rv64imac, 'it passes numbers in registers of f, which gcc.arch has not got'",
    "lp46d, rv64gc, there is no such ABI",
    "LP64D, rv64gc, there is no such ABI",
    "lp64q, rv64gc, there is no such ABI",
    "ilp32, rv64gc, 'it is not for 64 bits, which the platform has'"
  })
  void anAbiIsOneThatTheArchHas(String abi, String march, String fault) {
    assertEquals(
        fault,
        platforms
            .abiFault(abi, Optional.of(march).filter(text -> !text.isEmpty()), "riscv64-linux")
            .map(MarchFault::what)
            .orElse(""));
  }

  @Test
  void vectorCodeDoesNotRunOnABoardWithout() {
    assertFalse(platforms.runsOn(march("rv64gcv"), march("rv64gc")));
    assertTrue(platforms.runsOn(march("rv64gc"), march("rv64gcv")));
  }

  @Test
  void codeIsTheSameWhereNoInstructionDiffers() {
    assertEquals(instructions("rv64gc"), instructions("rv64imafdc"));
    assertEquals(instructions("rv64gc"), instructions("rva20u64"));
    assertEquals(instructions("rv64gc"), platforms.instructions(Optional.empty(), "riscv64-linux"));
    assertNotEquals(instructions("rv64gc"), instructions("rv64gcv"));
    assertEquals("sifive-u74", instructions("sifive-u74"));
    assertEquals("skylake", platforms.instructions(Optional.of("skylake"), "x86_64-linux"));
  }

  @Test
  void ofWhatIsUnknownNeitherIsKnown() {
    assertFalse(platforms.isKnownToRunOn("skylake", "x86-64-v3"));
    assertTrue(platforms.isKnownToRunOn("skylake", "skylake"));
    assertTrue(platforms.isKnownToRunOn("x86-64-v2", "x86-64-v3"));
    assertTrue(platforms.isKnownToRunOn(march("rv64gc"), march("rv64gcv")));
    assertFalse(platforms.isKnownToRunOn("rv64foo", march("rv64gc")));
  }

  @Test
  void whatABoardLacksHasNames() {
    assertEquals(Set.of("v"), platforms.beyond(march("rv64gcv"), march("rv64gc")));
    assertEquals(Set.of("x86-64-v3"), platforms.beyond("x86-64-v3", "x86-64-v2"));
    assertEquals(Set.of(), platforms.beyond("skylake", "x86-64-v2"));
    assertEquals(Set.of(), platforms.beyond(march("rv32gc"), march("rv64gc")));
  }

  private String instructions(String text) {
    return platforms.instructions(Optional.of(text), "riscv64-linux");
  }

  private String march(String text) {
    return platforms.canonicalMarch(Optional.of(text), "riscv64-linux");
  }
}

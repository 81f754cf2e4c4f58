package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.instance.Builder.Abilities;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnknownSystemTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "riscv65-linux | a CPU that crossplan does not know. Maybe riscv64-linux is meant",
        "riscv64-linox64 | a kernel that crossplan does not know. Maybe riscv64-linux is meant",
        "z80-linux | a CPU that crossplan does not know. Maybe it is right, and new: then nothing else"
            + " is to be done",
        "riscv64 | which is no system. Maybe riscv64-linux is meant",
      })
  void isToldWithTheClosestThatIsKnown(String system, String told) {
    Builder runs = Builder.of("board", Abilities.running(ImmutableSet.of(system)));
    Builder emulates =
        Builder.of(
            "board", Abilities.running(ImmutableSet.of()).emulating(ImmutableSet.of(system)));
    List<String> expected = List.of("builder board is said to run " + system + ", " + told);
    assertEquals(expected, told(runs));
    assertEquals(expected, told(emulates));
  }

  @Test
  void whatNixpkgsHasIsNotTold() {
    assertEquals(
        List.of(),
        told(
            Builder.of(
                "mac",
                Abilities.running(
                    ImmutableSet.of("aarch64-darwin", "x86_64-darwin", "i686-linux", "builtin")))));
  }

  private static List<String> told(Builder builder) {
    return UnknownSystem.of(builder).stream().map(UnknownSystem::toString).toList();
  }
}

package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuilderDescriptionTest {
  @Test
  void allThatCanBeSaid() {
    Builder builder =
        BuilderDescription.parse(
            "old desk : x86_64-linux i686-linux, emulates riscv64-linux, features kvm big-parallel,"
                + " 4 slots, speed 0.25,0.02 per hour, 65 watts, 16 cores");
    assertEquals("old desk", builder.name());
    assertEquals(ImmutableSet.of("x86_64-linux", "i686-linux"), builder.systems());
    assertEquals(ImmutableSet.of("riscv64-linux"), builder.emulates());
    assertEquals(ImmutableSet.of("kvm", "big-parallel"), builder.features());
    assertEquals(4, builder.slots());
    assertEquals(0.25, builder.speed());
    assertEquals(0.02, builder.hourly());
    assertEquals(65, builder.watts());
    assertEquals(OptionalInt.of(16), builder.capacity().cores());
  }

  @Test
  void whatIsNotSaidIsAsInAManifest() {
    Builder builder = BuilderDescription.parse("board: riscv64-linux");
    assertEquals(1, builder.slots());
    assertEquals(1, builder.speed());
    assertEquals(0, builder.hourly());
    assertEquals(0, builder.watts());
    assertEquals(ImmutableSet.of(), builder.features());
  }

  @Test
  void theExampleOfTheIssueIsOne() {
    Builder board =
        BuilderDescription.parse("board: riscv64-linux, 4 slots, speed 0.25, 0 per hour");
    assertEquals(4, board.slots());
    assertEquals(0, board.hourly());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "board|column 1: it begins with a name and a colon|Maybe 'board: riscv64-linux, 4 slots,"
            + " speed 0.25, 0.02 per hour, 6 watts'.",
        "b: riscv64-linux,, 2 slots|column 18: nothing is said here|Maybe 'board: riscv64-linux, 4"
            + " slots, speed 0.25, 0.02 per hour, 6 watts'.",
        "b: riscv64-linux, 4 slotz|column 19: \"slotz\" is nothing to count|Maybe slots is meant.",
        "b: riscv64-linux, 4|column 19: it is not said of what 4 is the number|Maybe slots, cores,"
            + " per hour or watts.",
        "b: riscv64-linux, 1.5 cores|column 19: cores must be a whole number, not 1.5|Maybe 'board:"
            + " riscv64-linux, 4 slots, speed 0.25, 0.02 per hour, 6 watts'.",
        "b: riscv64-linux, 0 slots|column 19: slots must be a number from 1 to 1000000, not 0|Maybe 'board: riscv64-linux, 4 slots,"
            + " speed 0.25, 0.02 per hour, 6 watts'.",
        "b: riscv64-linux, features|column 19: no feature is named|Maybe big-parallel or kvm.",
        "b: riscv64-linux, -1 slots|column 19: slots must be a number from 1 to 1000000, not -1|"
            + "Maybe 'board: riscv64-linux, 4 slots, speed 0.25, 0.02 per hour, 6 watts'.",
        "b: riscv64-linux, four slots|column 19: slots must be a number from 1 to 1000000, not"
            + " four|Maybe 'board: riscv64-linux, 4 slots, speed 0.25, 0.02 per hour, 6 watts'.",
        "b: riscv64-linux, 1.5 slots|column 19: slots must be a whole number, not 1.5|Maybe 'board: riscv64-linux, 4 slots,"
            + " speed 0.25, 0.02 per hour, 6 watts'.",
        "b: riscv64-linux, speed fast|column 19: speed must be a number from 0.000001 to 1000000,"
            + " not fast|Maybe 'board: riscv64-linux, 4 slots,"
            + " speed 0.25, 0.02 per hour, 6 watts'.",
        "b: riscv64-linux, speed|column 19: speed must be a number from 0.000001 to 1000000|Maybe 'board: riscv64-linux, 4 slots,"
            + " speed 0.25, 0.02 per hour, 6 watts'.",
        "b: riscv64-linux, 1 slot, 2 slots|column 27: slots is said twice|Maybe take one of them"
            + " out.",
        "b: riscv64_linux|column 4: \"riscv64_linux\" is no system|Maybe 'board: riscv64-linux, 4"
            + " slots, speed 0.25, 0.02 per hour, 6 watts'.",
        "b: riscv46-linux|column 4: \"riscv46-linux\" is no system|Maybe riscv64-linux is meant.",
        "b: emulates|column 4: no system is named|Maybe riscv64-linux or x86_64-linux.",
        "b: emulatse riscv64-linux|column 4: \"emulatse\" is no system|Maybe emulates is meant.",
        "b: 4 slots|column 3: it says neither what the builder runs nor what it emulates|Maybe"
            + " 'board: riscv64-linux, 4 slots, speed 0.25, 0.02 per hour, 6 watts'.",
      })
  void aMistakeIsToldWithItsColumn(String text, String message, String remedy) {
    InputException thrown =
        assertThrows(InputException.class, () -> BuilderDescription.parse(text));
    assertEquals("builder '" + text + "', " + message, thrown.getMessage());
    assertEquals(remedy, thrown.remedy().orElse(null));
  }
}

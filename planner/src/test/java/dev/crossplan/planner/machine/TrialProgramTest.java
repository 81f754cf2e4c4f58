package dev.crossplan.planner.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.machine.TrialProgram.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrialProgramTest {

  @Test
  void readsWhatItSaysOnAnOldQemu() {
    assertEquals(
        Optional.of(new Report("riscv64", 0x112d, OptionalLong.empty())),
        Report.parse("crossplan-trial riscv64 hwcap=112d hwprobe=-"));
  }

  @Test
  void readsWhatItSaysOnANewOne() {
    assertEquals(
        Optional.of(new Report("riscv64", 0x20112d, OptionalLong.of(0x800000018L))),
        Report.parse("crossplan-trial riscv64 hwcap=20112d hwprobe=800000018"));
  }

  @Test
  void readsWhatItSaysElsewhere() {
    assertEquals(
        Optional.of(new Report("x86_64", -1, OptionalLong.empty())),
        Report.parse("crossplan-trial x86_64 hwcap=ffffffffffffffff"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sh: 1: ELF: not found",
        "crossplan-trial riscv64 hwcap=",
        "crossplan-trial riscv64 hwcap=10000000000000000 hwprobe=-"
      })
  void nothingElseIsAReport(String line) {
    assertEquals(Optional.empty(), Report.parse(line));
  }

  /** Bytes 18 and 19 of an ELF file are its e_machine. */
  @ParameterizedTest
  @CsvSource({"aarch64-linux, 183", "riscv64-linux, 243", "x86_64-linux, 62"})
  void isForItsSystem(String system, int machine, @TempDir Path folder) throws IOException {
    Path program = TrialProgram.write(system, folder.resolve("program"));
    byte[] bytes = Files.readAllBytes(program);
    assertEquals(machine, Byte.toUnsignedInt(bytes[18]));
    assertEquals(0, bytes[19]);
    assertTrue(Files.isExecutable(program));
  }
}

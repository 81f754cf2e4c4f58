package dev.crossplan.planner.measurement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.calibration.Sample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeasuringShellTest {
  /** Of dash, bash and busybox, which write times as precisely as each can. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sampled 100.25 102.25 0m0.000000s 0m0.010000s 0m59.500000s 0m0.240000s 0m0.000000s"
            + " 0m0.020000s 1m0.300000s 0m0.340000s",
        "sampled 100.25 102.25 0m0.000s 0m0.010s 0m59.500s 0m0.240s 0m0.000s 0m0.020s 1m0.300s"
            + " 0m0.340s",
        "sampled 100.25 102.25 0m0.00s 0m0.01s 0m59.50s 0m0.24s 0m0.00s 0m0.02s 1m0.30s 0m0.34s"
      })
  void aUnitIsAPartOfASample(String answer) throws Exception {
    Sample sample = MeasuringShell.parse(answer, 2);
    assertEquals(1, sample.seconds(), 1e-9);
    assertEquals(0.455, sample.cpuSeconds(), 1e-9);
  }

  @Test
  void lessThanATickIsMoreThanNothing() throws Exception {
    Sample sample = MeasuringShell.parse("sampled 1.00 1.00" + " 0m0.000s".repeat(8), 1);
    assertEquals(new Sample(0.005, 0.005), sample);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sampled",
        "sampled 1.00 1.00 0 0 0 0 0 0 0 0",
        "sampled one 1.00 0m0s 0m0s 0m0s 0m0s 0m0s 0m0s 0m0s 0m0s",
        "sampled 1.00 1e300 0m0s 0m0s 0m0s 0m0s 0m0s 0m0s 0m0s 0m0s",
        "sampled 1.00 NaN 0m0s 0m0s 0m0s 0m0s 0m0s 0m0s 0m0s 0m0s"
      })
  void whatIsNoAnswerIsRefused(String answer) {
    assertThrows(MeasuringShell.FailureException.class, () -> MeasuringShell.parse(answer, 1));
  }

  @Test
  void aCompilerInARootHasItsToolsBesideIt() {
    Workplace workplace = Workplace.inRoot("/srv/board/usr/bin/riscv64-linux-gnu-gcc-14");
    assertEquals(
        ImmutableList.of(
            "env",
            "-i",
            "PATH=/srv/board/usr/bin",
            "QEMU_LD_PREFIX=/srv/board",
            "/srv/board/usr/bin/sh",
            "-s"),
        workplace.command());
    assertEquals(
        "CC='/srv/board/usr/bin/riscv64-linux-gnu-gcc-14 --sysroot=/srv/board'"
            + " CXX='/srv/board/usr/bin/riscv64-linux-gnu-g++-14 --sysroot=/srv/board'",
        workplace.beginning());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gcc", "usr/bin/gcc", "/srv/board", "/usr/bin/", "/opt/gcc"})
  void aCompilerElsewhereIsRefused(String compiler) {
    assertThrows(InputException.class, () -> Workplace.inRoot(compiler));
  }
}

package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {

  @ParameterizedTest
  @CsvSource({
    "riscv64-unknown-linux-gnu, riscv64-linux",
    "riscv64-unknown-linux-musl, riscv64-linux",
    "riscv64-linux-gnu, riscv64-linux",
    "x86_64-unknown-linux-gnu, x86_64-linux",
    "x86_64-pc-linux-gnu, x86_64-linux",
    "i686-unknown-linux-gnu, i686-linux",
    "i386-unknown-linux-gnu, i686-linux",
    "armv7l-unknown-linux-gnueabihf, armv7l-linux",
    "x86_64-unknown-freebsd, x86_64-freebsd",
    "x86_64-apple-darwin, x86_64-darwin",
    "arm64-apple-darwin, aarch64-darwin",
    "riscv64-none-elf, riscv64-none",
  })
  void systemOfTriple(String triple, String system) {
    assertEquals(system, Platform.systemOfTriple(triple));
  }

  @Test
  void theUsualTripleOfASystem() {
    assertEquals("riscv64-unknown-linux-gnu", Platform.of("riscv64-linux").triple());
  }
}

package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    "x86_64-w64-mingw32, x86_64-windows",
    "riscv64-board-linux-gnu, riscv64-linux",
  })
  void systemOfTriple(String triple, String system) {
    assertEquals(system, Platform.systemOfTriple(triple));
  }

  /** As nixpkgs elaborates {@code { system = …; }}. */
  @ParameterizedTest
  @CsvSource({
    "riscv64-unknown-linux-gnu, riscv64-linux, riscv64-unknown-linux-gnu",
    "riscv64-linux-musl, riscv64-linux, riscv64-unknown-linux-musl",
    "riscv64-none-elf, riscv64-none, riscv64-unknown-none-elf",
    "x86_64-unknown-freebsd, x86_64-freebsd, x86_64-unknown-freebsd",
    "riscv64-linux, riscv64-linux,",
  })
  void aTextIsASystemOrATriple(String text, String system, @Nullable String config) {
    Platform platform = Platform.parse(text);
    assertEquals(system, platform.system());
    assertEquals(Optional.ofNullable(config), platform.config());
  }

  @ParameterizedTest
  @CsvSource({
    "x86_64-lnux, x86_64-linux",
    "x86_64-lniux, x86_64-linux",
    "x86_64-Linux, x86_64-linux",
    "x86_46-linux, x86_64-linux",
    "risc64-linux, riscv64-linux",
    "riscv64-unknown-linux-gnux, riscv64-unknown-linux-gnu",
    "riscv64-unknown-linux-gun, riscv64-unknown-linux-gnu",
    "riscv64-unkown-linux-gnu, riscv64-unknown-linux-gnu",
    "riscv64-unknown-linus-musl, riscv64-unknown-linux-musl",
    "riscv64-lniux-gnu, riscv64-linux-gnu",
    "armv7l-linux-gnueabihff, armv7l-linux-gnueabihf",
  })
  void aSlipIsToldFromWhatWasMeant(String typed, String meant) {
    assertEquals(
        Optional.of(meant), PlatformNames.unknownIn(typed).flatMap(PlatformNames.Unknown::meant));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x86_64-linux",
        "aarch64-darwin",
        "x86_64-apple-darwin20.6.0",
        "x86_64-unknown-freebsd14",
        "riscv64-none-elf",
        "arm-none-eabi",
        "x86_64-w64-mingw32",
        "armv7l-unknown-linux-gnueabihf",
        "x86_64-unknown-linux-gnux32",
        "wasm32-unknown-wasi",
        "javascript-unknown-ghcjs",
      })
  void whatNixpkgsHasIsKnown(String platform) {
    assertEquals(Optional.empty(), PlatformNames.unknownIn(platform));
  }

  /** nixpkgs may know them by now: nobody is told that something else was meant. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "armv9a-linux",
        "riscv128-linux",
        "x86_64-plan9",
        "i786-linux",
        "riscv64-thead-linux-gnu"
      })
  void whatIsNewIsOnlyUnknown(String platform) {
    PlatformNames.Unknown unknown = PlatformNames.unknownIn(platform).orElseThrow();
    assertEquals(Optional.empty(), unknown.meant());
  }

  @Test
  void theUsualTripleOfASystem() {
    assertEquals("riscv64-unknown-linux-gnu", Platform.of("riscv64-linux").triple());
  }
}

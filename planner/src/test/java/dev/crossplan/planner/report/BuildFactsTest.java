package dev.crossplan.planner.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.DerivationAterm;
import dev.crossplan.planner.instance.Host;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuildFactsTest {

  private static String words(BuildFacts facts) {
    return String.join(
        " ",
        facts.action().toString(),
        facts.packageName(),
        facts.version().isEmpty() ? "-" : facts.version(),
        facts.host().orElse("-"),
        facts.strategy().map(Object::toString).orElse("-"));
  }

  @ParameterizedTest
  @CsvSource({
    "hello-2.12.1, build hello 2.12.1 - -",
    "hello-riscv64-unknown-linux-gnu-2.12.1, build hello 2.12.1 riscv64-linux cross",
    "hello-riscv64-unknown-linux-musl, build hello - riscv64-linux cross",
    "hello-static-armv7l-unknown-linux-musleabihf-2.12, build hello-static 2.12 armv7l-linux cross",
    "riscv64-unknown-linux-gnu-gcc-14.3.0, build riscv64-unknown-linux-gnu-gcc 14.3.0 - -",
    "linux-headers-6.12, build linux-headers 6.12 - -",
    "hello-2.12.1.tar.gz, fetch hello 2.12.1.tar.gz - -",
    "source, fetch source - - -",
    "fix-build-riscv64-unknown-linux-gnu.patch, fetch fix-build-riscv64-unknown-linux-gnu.patch - -"
        + " -"
  })
  void whatANameTells(String name, String expected) {
    assertEquals(expected, words(BuildFacts.of(name)));
  }

  @ParameterizedTest
  @CsvSource({
    "hello-2, riscv64-linux, false, x86_64-linux, build hello 2 riscv64-linux emulated",
    "hello-2, i686-linux, false, x86_64-linux, build hello 2 i686-linux native",
    "hello-2, riscv64-linux, false,, build hello 2 riscv64-linux -",
    "headers-2, x86_64-linux, true, x86_64-linux, build headers 2 - cross",
    "hello-riscv64-unknown-linux-gnu-2, x86_64-linux, false,, build hello 2 riscv64-linux cross",
    "hello-riscv64-unknown-linux-gnu-2, riscv64-linux, false, riscv64-linux,"
        + " build hello 2 riscv64-linux native"
  })
  void whatTheBuildPlatformTells(
      String name, String system, boolean isCross, String machine, String expected) {
    assertEquals(
        expected, words(BuildFacts.of(name, system, isCross, Optional.ofNullable(machine))));
  }

  private static Derivation derivation(String outputs, String variables) {
    String text =
        String.format(
            "Derive([%s],[],[],\"%s\",\"/bin/sh\",[],[%s])", outputs, Host.system(), variables);
    return DerivationAterm.read("test", "hello-2", text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatADerivationTells() {
    String output = "(\"out\",\"/nix/store/00000000000000000000000000000000-hello-2\",\"\",\"\")";
    assertEquals(
        "build hi 2 " + Host.system() + " native",
        words(BuildFacts.of("hello-2", derivation(output, "(\"pname\",\"hi\")"), true)));
    assertEquals(
        "build hello 2 " + Host.system() + " -",
        words(BuildFacts.of("hello-2", derivation(output, ""), false)));
    assertEquals(
        "build hello 2 - cross",
        words(
            BuildFacts.of(
                "hello-2",
                derivation(output, "(\"configureFlags\",\"--host=riscv64-x-linux\")"),
                true)));
    String here = Host.system().replace("-", "-unknown-") + "-gnu";
    assertEquals(
        "build hello 2 " + Host.system() + " native",
        words(
            BuildFacts.of(
                "hello-2",
                derivation(output, "(\"configureFlags\",\"--host=" + here + "\")"),
                true)));
  }

  @Test
  void whatIsFixedIsADownload() {
    String output =
        "(\"out\",\"/nix/store/00000000000000000000000000000000-hello-2\",\"sha256\",\""
            + "0".repeat(64)
            + "\")";
    assertEquals(
        "fetch hello 2 - -", words(BuildFacts.of("hello-2", derivation(output, ""), true)));
  }
}

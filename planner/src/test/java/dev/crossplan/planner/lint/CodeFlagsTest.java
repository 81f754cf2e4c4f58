package dev.crossplan.planner.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeFlagsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NIX_CFLAGS_COMPILE",
        "NIX_CFLAGS_COMPILE_riscv64_unknown_linux_gnu",
        "CFLAGS",
        "CXXFLAGS",
        "configureFlags",
        "cmakeFlags",
        "mesonFlags",
        "makeFlags",
        "makeFlagsArray",
        "CXX"
      })
  void attributesThatAreFlagsAreLookedAt(String attribute) {
    assertEquals(
        Map.of("-march=rv64gcv", "rv64gcv"),
        CodeFlags.of(attribute, "made with CFLAGS=-march=rv64gcv -O3"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"postPatch", "description", "preConfigure", "NIX_CFLAGS_COMPILE_FOR_BUILD"})
  void otherTextsAreNot(String attribute) {
    assertEquals(
        Map.of(),
        CodeFlags.of(
            attribute,
            "substituteInPlace Makefile --replace '-march=rv64gcv' '-march=rv64gc'\n"
                + "sed -i s/-mcpu=sifive-x280// Makefile"));
  }

  /** A variable of {@code env} may have any name. */
  @Test
  void whatIsNothingButFlagsIsLookedAt() {
    assertEquals(
        Map.of("-march=rv64gcv", "rv64gcv"), CodeFlags.of("TUNING", " -O3 -march=rv64gcv\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-march=rv64gcv -march=rv64gc | -march=rv64gc",
        "-march=rv64gc -march=rv64gcv | -march=rv64gcv",
        "-march=rv64gcv -march=native | -march=native",
        "-march=rv64gc -mcpu=sifive-x280 | -march=rv64gc",
        "-mcpu=sifive-x280 -mcpu=spacemit-x60 | -mcpu=spacemit-x60",
        "-mcpu=sifive-u74 | ''",
        "-Wa,-march=rv64gcv | ''",
        "-DC_FLAGS=\"-march=rv64gcv\" | -march=rv64gcv",
        "--with-arch=rv64gc --with-arch=rv64gcv | --with-arch=rv64gcv"
      })
  void theOneThatCountsIsTaken(String text, String expected) {
    assertEquals(expected, String.join(" ", CodeFlags.of("CFLAGS", text).keySet()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sifive-x280", "sifive-p670", "spacemit-x60", "xiangshan-kunminghu"})
  void processorsWithVectorsAreKnown(String core) {
    assertEquals(
        "rv64gcv",
        String.join("", CodeFlags.of("CFLAGS", "-mcpu=" + core).values()).substring(0, 7));
  }

  @Test
  void rustAddsFeatures() {
    assertEquals(
        Map.of("-C target-feature=+v,+zba", "rv64gc_v_zba"),
        CodeFlags.of(
            "CARGO_ENCODED_RUSTFLAGS",
            "-C\u001ftarget-feature=+v,+crt-static,+zbb,+zba\u001f-Ctarget-feature=-zbb"));
    assertEquals(
        "-C target-cpu=spacemit-x60",
        String.join(" ", CodeFlags.of("RUSTFLAGS", "-C target-cpu=spacemit-x60").keySet()));
  }

  @Test
  void goHasProfiles() {
    assertEquals(
        Map.of("GORISCV64=rva23u64", "rv64gcv_zba_zbb_zbs"), CodeFlags.of("GORISCV64", "rva23u64"));
    assertEquals(Map.of(), CodeFlags.of("GORISCV64", "rva20u64"));
  }

  /** Of a graph that somebody else made. */
  @Test
  void aTextMayHaveAnyNumberOfFlags() {
    String many = "-DA=1 ".repeat(200_000);
    assertEquals(
        Map.of("-march=rv64gcv", "rv64gcv"), CodeFlags.of("TUNING", many + "-march=rv64gcv"));
    assertEquals(Map.of(), CodeFlags.of("TUNING", many + "-march=rv64gcv more"));
  }
}

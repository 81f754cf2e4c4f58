package dev.crossplan.planner.variant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackageNameTest {
  private static final String TRIPLE = "riscv64-unknown-linux-gnu";

  @ParameterizedTest
  @CsvSource({
    "openssl-3.6.0, openssl, 3.6.0, false",
    "openssl-riscv64-unknown-linux-gnu-3.6.0, openssl, 3.6.0, false",
    "hook-riscv64-unknown-linux-gnu, hook, '', false",
    "riscv64-unknown-linux-gnu-gcc-14.2.0, riscv64-unknown-linux-gnu-gcc, 14.2.0, false",
    "bootstrap-stage1-gcc-wrapper-, gcc-wrapper, '', true",
    "bootstrap-stage2-gcc-wrapper-14.2.0, gcc-wrapper, 14.2.0, true",
    "bootstrap-stage-xgcc-gcc-wrapper-14.2.0, gcc-wrapper, 14.2.0, true",
    "bootstrap-stage0-stdenv-linux, stdenv-linux, '', true",
    "xgcc-14.2.0, gcc, 14.2.0, true",
    "python3.13-pyyaml-6.0.2, python3.13-pyyaml, 6.0.2, false",
    "nix-2.4pre20210601_5985b8b, nix, 2.4pre20210601_5985b8b, false",
    "git-unstable-2024-01-01, git-unstable, 2024-01-01, false",
    "hello, hello, '', false",
    "bootstrap-tools, bootstrap-tools, '', false",
    "0001-fix.patch, 0001-fix.patch, '', false",
  })
  void namesAreTakenApart(String name, String base, String version, boolean stage) {
    assertEquals(
        new PackageName(base, version, stage), PackageName.of(name, ImmutableSet.of(TRIPLE)));
  }
}

package dev.crossplan.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownBreakageTest {

  @ParameterizedTest
  @CsvSource({
    "strace, 7.2.22, 1",
    "libseccomp, 10.1.0, 1",
    "zlib, 7.2.22, 0",
    // only whole names
    "golangci, 7.2.22, 0",
    "go, 7.2.22, 1",
    // from a version on, and between two
    "rustc, 8.1.5, 0",
    "rustc, 8.2.0, 1",
    "rustc, 9.0.2, 1",
    "gnutls, 7.2.22, 0",
    "gnutls, 8.1.1, 1",
    "gnutls, 8.2.0, 0",
  })
  void holdsForPackagesAndVersions(String pname, String version, int expected) {
    assertEquals(expected, KnownBreakage.of(pname, qemu(version)).size());
  }

  @Test
  void ofAnUnknownVersionAllMayHold() {
    assertEquals(1, KnownBreakage.of("rustc", Optional.empty()).size());
    assertEquals(1, KnownBreakage.of("gnutls", Optional.empty()).size());
  }

  @Test
  void eachSaysWhereItWasReported() {
    for (KnownBreakage each : KnownBreakage.all()) {
      assertTrue(each.source().matches("https://(github|gitlab)\\.com/\\S+/\\d+"), each.source());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "qemu-riscv64 version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3), 7.2.22",
    "qemu-riscv64 version 10.0.2, 10.0.2",
    "qemu-riscv64 version 9.1, 9.1.0",
    "bash: no such file,",
  })
  void readsVersions(String said, String expected) {
    assertEquals(Optional.ofNullable(expected), QemuVersion.parse(said).map(QemuVersion::toString));
  }

  private static Optional<QemuVersion> qemu(String version) {
    return QemuVersion.parse("version " + version);
  }
}

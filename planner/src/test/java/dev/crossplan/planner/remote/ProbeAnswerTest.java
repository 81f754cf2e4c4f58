package dev.crossplan.planner.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.remote.Probe.Difference;
import dev.crossplan.planner.remote.ProbeAnswer.Riscv;
import dev.crossplan.planner.remote.ProbeAnswer.UnreadableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeAnswerTest {
  private static final Clock NOW = Clock.fixed(Instant.ofEpochSecond(1_000), ZoneOffset.UTC);

  private static final String BOARD =
      """
      Welcome to visage!
      crossplan probe 1
      clock=1012
      kernel=Linux
      cpu=riscv64
      cores=4
      memory=8104704
      model=
      board=LicheePi 4A
      isa=rv64imafdc_zicsr
      uarch=thead,c910
      vendor=
      formats=
      store=/nix/store
      free=52428800
      nix=nix-store (Nix) 2.26.3
      system=riscv64-linux
      extra-platforms=riscv32-linux
      system-features=benchmark big-parallel
      max-jobs=4
      trusted=1
      nix-error=
      end
      """;

  @Test
  void aBoard() throws Exception {
    ProbeAnswer board = read(BOARD);
    assertEquals("riscv64", board.cpu());
    assertEquals(Optional.of("LicheePi 4A"), board.model());
    assertEquals(OptionalInt.of(4), board.cores());
    assertEquals(OptionalLong.of(8104704L << 10), board.memory());
    assertEquals(OptionalLong.of(50L << 30), board.free());
    assertEquals(Riscv.REAL, board.riscv());
    assertEquals(Optional.of("rv64imafdc_zicsr"), board.isa());
    ProbeAnswer.Nix nix = board.nix().orElseThrow();
    assertEquals("2.26.3", nix.version());
    assertEquals(Set.of("riscv64-linux", "riscv32-linux"), nix.systems());
    assertEquals(Set.of("benchmark", "big-parallel"), nix.features());
    assertEquals(OptionalInt.of(4), nix.maxJobs());
    assertEquals(Optional.of(true), nix.isTrusted());
    assertEquals(Optional.empty(), nix.error());
    assertTrue(board.clockAhead().getAsLong() >= 12 && board.clockAhead().getAsLong() <= 13);
  }

  /**
   * What tells a CPU from QEMU: as real machines have it in /proc/cpuinfo, and QEMU before 8.2 and
   * after.
   */
  @ParameterizedTest
  @CsvSource({
    "'uarch=thead,c910', uarch=sifive-u74, REAL",
    "'vendor=', vendor=AuthenticAMD, EMULATED",
    "'uarch=thead,c910', uarch=qemu, EMULATED",
    "'board=LicheePi 4A', 'board=riscv-virtio,qemu', VIRTUAL",
    "'cpu=riscv64', cpu=x86_64, NONE",
  })
  void whatRunsRiscv(String line, String instead, Riscv riscv) throws Exception {
    String other = BOARD.replace("system=riscv64-linux", "system=x86_64-linux");
    assertEquals(riscv, read(other.replace(line, instead)).riscv());
  }

  @Test
  void aDeskEmulatesWhatItsNixTakesOrItsKernelHandsToQemu() throws Exception {
    String desk = BOARD.replace("cpu=riscv64", "cpu=x86_64");
    assertEquals(Riscv.EMULATED, read(desk).riscv());
    assertEquals(
        Riscv.EMULATED,
        read(desk.replace("system=riscv64", "system=x86_64")
                .replace("formats=", "formats=qemu-riscv64"))
            .riscv());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "This account is currently not available.\n", "crossplan probe 2\nend\n"})
  void whoNeverBeginsRunsNoShell(String said) {
    assertTrue(unreadable(said).isSilent());
  }

  /** What probe.sh said in the riscv64 dash of a Debian under QEMU 7.2. */
  @Test
  void aRiscvUserlandUnderQemuShowsTheProcessorBelow() throws Exception {
    ProbeAnswer answer =
        read(
            """
            crossplan probe 1
            clock=1000
            kernel=Linux
            cpu=riscv64
            cores=2
            memory=24684096
            model=AMD EPYC
            board=
            isa=
            uarch=
            vendor=AuthenticAMD
            formats=qemu-riscv64\s
            store=/nix/store
            free=63665728
            nix-elsewhere=/usr/bin
            end
            """);
    assertEquals(Riscv.EMULATED, answer.riscv());
    assertEquals(Optional.empty(), answer.isa());
    assertEquals(Optional.empty(), answer.nix());
    assertEquals(
        "has Nix in /usr/bin, which is not on the PATH of commands over ssh",
        ProbeFailure.noNix(answer).message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"end\n", "clock=1\nclock=1\nend\n", "reboot=now\nend\n", "clock\nend\n"})
  void whatIsNotAskedForOrNotWholeIsNoAnswer(String said) {
    String text =
        said.equals("end\n") ? "crossplan probe 1\nclock=1\n" : "crossplan probe 1\n" + said;
    assertFalse(unreadable(text).isSilent());
  }

  @Test
  void whatIsNotAsItIsWrittenDown() throws Exception {
    ProbeAnswer emulator = read(BOARD.replace("vendor=", "vendor=GenuineIntel"));
    Builder builder =
        Builder.of(
                "visage",
                Builder.Abilities.running(ImmutableSet.of("riscv64-linux", "aarch64-linux"))
                    .offering(ImmutableSet.of("kvm")))
            .with(Builder.Connection.to("ssh://visage"))
            .withSlots(8);
    assertEquals(
        List.of(
            "is said to run riscv64-linux by itself, but QEMU does",
            "is said to have 8 slots, but has 4 cores",
            "has a clock that is 13 s ahead of this machine's",
            "has a Nix that does not build for aarch64-linux, but for riscv64-linux, riscv32-linux",
            "has a Nix without the feature kvm, so it refuses builds that require them"),
        differences(builder, emulator));
    Builder corrected = probe(builder, emulator).corrected();
    assertEquals(Set.of("aarch64-linux"), corrected.systems());
    assertEquals(Set.of("riscv64-linux"), corrected.emulates());
  }

  @Test
  void whatIsAsItIsWrittenDown() throws Exception {
    Builder builder =
        Builder.of("visage", Builder.Abilities.running(ImmutableSet.of("riscv64-linux")))
            .with(Builder.Connection.to("ssh://visage"))
            .withSlots(4);
    ProbeAnswer board = read(BOARD.replace("clock=1012", "clock=1000"));
    assertEquals(List.of(), differences(builder, board));
    assertEquals(
        List.of(
            "has its store in /home/nix/store, and this machine in /nix/store: nothing can be sent"
                + " from one to the other"),
        differences(
            builder,
            read(
                BOARD
                    .replace("clock=1012", "clock=1000")
                    .replace("store=/nix/store", "store=/home/nix/store"))));
    assertEquals(builder, probe(builder, board).corrected());
  }

  private static List<String> differences(Builder builder, ProbeAnswer answer) {
    return probe(builder, answer).differences().stream().map(Difference::message).toList();
  }

  private static Probe probe(Builder builder, ProbeAnswer answer) {
    return new Probe(builder, Optional.of(answer), Optional.empty(), "/nix/store");
  }

  private static ProbeAnswer read(String said) throws IOException, UnreadableException {
    return ProbeAnswer.read(new BufferedReader(new StringReader(said)), NOW);
  }

  private static UnreadableException unreadable(String said) {
    return assertThrows(UnreadableException.class, () -> read(said));
  }
}

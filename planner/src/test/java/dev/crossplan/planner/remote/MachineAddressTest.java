package dev.crossplan.planner.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.instance.Builder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachineAddressTest {
  private static final ImmutableMap<String, String> NOTHING = ImmutableMap.of();

  private static Builder builder(String uri) {
    return Builder.of("visage", Builder.Abilities.running(ImmutableSet.of("riscv64-linux")))
        .with(Builder.Connection.to(uri));
  }

  /** Who logs in and who asks makes no other machine of it. */
  @ParameterizedTest
  @CsvSource({
    "ssh-ng://root@board, board",
    "ssh://board, board",
    "root@board, board",
    "ssh://root@board:2222?ssh-key=/k, board",
    "ssh-ng://[fe80::1]:22, [fe80::1]"
  })
  void nameOfABuilder(String uri, String name) {
    assertEquals(name, MachineAddress.of(builder(uri), NOTHING).machine().name());
  }

  /** A port goes to ssh by itself, as Nix 2.8 takes none; the rest stays. */
  @ParameterizedTest
  @CsvSource({
    "ssh-ng://root@board:2222?compress=true, ssh-ng://root@board?compress=true",
    "ssh://root@board, ssh://root@board",
    "root@board:22, ssh://root@board",
    "board, board",
    "ssh-ng://[fe80::1]:2222, ssh-ng://[fe80::1]"
  })
  void aUriWithoutItsPort(String uri, String without) {
    assertEquals(without, MachineAddress.withoutPort(uri));
    assertEquals(
        MachineAddress.of(builder(uri), NOTHING).machine(),
        MachineAddress.of(builder(without), NOTHING).machine());
  }

  /** Keys and options of this machine are none of another's. */
  @Test
  void anotherMachineFetchesByItself() {
    assertEquals(
        List.of(
            "env",
            "NIX_SSHOPTS=-o BatchMode=yes -o StrictHostKeyChecking=yes -o ServerAliveInterval=15"
                + " -o ConnectTimeout=20 -p 2222",
            "nix-copy-closure",
            "--from",
            "root@board"),
        MachineAddress.of(
                builder("ssh-ng://root@board:2222?ssh-key=/home/me/key"),
                ImmutableMap.of("NIX_SSHOPTS", "-i /mine"))
            .copyingFrom(20));
  }

  @Test
  void wordsReachTheMachineAsTheyAre() {
    MachineAddress board =
        MachineAddress.of(
            builder("ssh-ng://root@board:2222?max-connections=1&ssh-key=/home/me/a key"),
            ImmutableMap.of("NIX_SSHOPTS", " -o  StrictHostKeyChecking=no"));
    assertEquals(
        List.of(
            "ssh",
            "-T",
            "-o",
            "BatchMode=yes",
            "-o",
            "ConnectTimeout=20",
            "-o",
            "StrictHostKeyChecking=no",
            "-i",
            "/home/me/a key",
            "-p",
            "2222",
            "--",
            "root@board",
            "'sh' '-s' 'it'\\''s $(reboot)'"),
        board.command(List.of("sh", "-s", "it's $(reboot)")));
    assertEquals(List.of("sh", "-s"), MachineAddress.here().command(List.of("sh", "-s")));
  }

  @Test
  void aBuilderMayBeWrittenDownWithItsKeys() {
    Builder visage =
        builder("root@board")
            .with(
                new Builder.Connection(
                    Optional.of("root@board"),
                    Optional.of("/keys/board"),
                    Optional.empty(),
                    OptionalLong.empty()));
    assertEquals(
        List.of(
            "ssh",
            "-T",
            "-o",
            "BatchMode=yes",
            "-o",
            "ConnectTimeout=3",
            "-o",
            "StrictHostKeyChecking=yes",
            "-o",
            "LogLevel=INFO",
            "-o",
            "UserKnownHostsFile=\"/tmp/a b\"",
            "-o",
            "GlobalKnownHostsFile=/dev/null",
            "-v",
            "-i",
            "/keys/board",
            "--",
            "root@board"),
        MachineAddress.strict(
                visage, 3, Optional.of(Path.of("/tmp/a b")), ImmutableMap.of("NIX_SSHOPTS", "-v"))
            .ssh());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-oProxyCommand=reboot",
        "root@-oProxyCommand=reboot",
        "$(reboot)@board",
        "board;reboot",
        "board reboot",
        "board:port",
        "",
        "\u001b[2Jboard"
      })
  void whatIsNoHostIsRefused(String host) {
    InputException failure =
        assertThrows(InputException.class, () -> MachineAddress.ofHost(host, NOTHING));
    assertEquals(
        Optional.of("Maybe name it as ssh does: user@board, or user@board:2222."),
        failure.remedy());
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix:///run/nix", "https://cache.example.org", "local?root=/x"})
  void aBuilderThatSshDoesNotReachIsRefused(String uri) {
    InputException failure =
        assertThrows(InputException.class, () -> MachineAddress.of(builder(uri), NOTHING));
    assertEquals(
        "builder visage: " + uri + ": is no machine that ssh reaches", failure.getMessage());
  }
}

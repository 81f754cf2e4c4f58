package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.fixtures.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildersCommandTest {
  private static final String MANIFEST =
      """
      image  = ["git"]
      target = { system = "riscv64-linux" }
      [[instance]]
      name = "emulated"
      localSystem = "riscv64-linux"
      derivations = "e.json"
      [[builder]]
      name = "desk"
      systems = ["x86_64-linux"]
      emulates = ["riscv64-linux"]
      slots = 2
      memory = "32 GiB"
      [[builder]]
      name = "visage"
      uri = "ssh-ng://root@visage"
      systems = ["riscv64-linux"]
      features = ["big-parallel"]
      slots = 4
      speed = 0.25
      hourly = 0.02
      link = "100 Mbit/s"
      """;

  private final Path folder;
  private final Path file;

  BuildersCommandTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.file = Files.writeString(folder.resolve("crossplan.toml"), MANIFEST);
  }

  @Test
  void aTableHasTheColumnsThatSaySomething() {
    CommandLineRun run = CommandLineRun.of("builders", file.toString());
    assertEquals(ExitStatus.DONE, run.status(), run.err());
    assertEquals(
        """
         builder  uri                   runs           emulates       slots  speed  memory        link  per hour  features      written in
         desk     this machine          x86_64-linux   riscv64-linux      2      1  32 GiB                                      crossplan.toml:8
         visage   ssh-ng://root@visage  riscv64-linux                     4   0.25          100 Mbit/s      0.02  big-parallel  crossplan.toml:14
        """,
        run.out().replace(folder + "/", ""));
  }

  @Test
  void theMachinesFileOfNixTellsRealBoardsFromEmulators() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "builders",
            file.toString(),
            "--builders",
            "ssh://desk x86_64-linux - 8; ssh://visage riscv64-linux",
            "--format",
            "machines",
            "-o",
            folder.resolve("machines").toString());
    assertEquals(ExitStatus.DONE, run.status(), run.err());
    assertEquals(
        """
        # crossplan builders --format machines
        # Only what is riscv64 itself has native-riscv, and its own nix.conf needs extra-system-features = native-riscv as well.
        # desk emulates riscv64-linux
        ssh://desk x86_64-linux,riscv64-linux - 8 1 - - -
        ssh://visage riscv64-linux - 1 1 native-riscv - -
        """,
        Files.readString(folder.resolve("machines")));
  }

  @Test
  void theMachineThatReadsTheFileNeedsNoEntry() {
    CommandLineRun run = CommandLineRun.of("builders", file.toString(), "--format", "machines");
    assertTrue(
        run.out()
            .contains(
                "\n# desk: where Nix reads this, so nix.conf speaks for it, extra-platforms ="
                    + " riscv64-linux\nssh-ng://root@visage riscv64-linux - 4 0.25"
                    + " big-parallel,native-riscv - -\n"),
        run.out());
  }

  @Test
  void whatIsWrongWithAMachinesFileIsToldWithItsPlace() throws IOException {
    Path machines =
        Files.writeString(folder.resolve("machines"), "ssh://a\n\nssh://b - - 1 1 - - A*\n");
    CommandLineRun.of("builders", "--builders", "@" + machines)
        .assertFailed(
            ExitStatus.BAD_INPUT,
            machines + ":3: the host key is no base64: A*",
            "Maybe it is what base64 -w0 /etc/ssh/ssh_host_ed25519_key.pub says on that machine.");
    CommandLineRun.of("builders", "--builders", "ssh://a; ssh://b - - many")
        .assertFailed(
            ExitStatus.BAD_INPUT,
            "--builders, entry 2: max jobs must be a whole number from 0, not many",
            "Maybe a field before it is missing: the order is URI, systems, key, jobs, speed; - is"
                + " the default.");
  }

  /** Nix would take it, and never build there. */
  @Test
  void aSystemThatIsNotKnownIsTold() {
    CommandLineRun run = CommandLineRun.of("builders", "--builders", "ssh://a riscv65-linux");
    assertEquals(ExitStatus.DONE, run.status(), run.err());
    assertTrue(
        run.out()
            .endsWith(
                "\nNote:\n  builder a is said to run riscv65-linux, a CPU that crossplan does not"
                    + " know. Maybe riscv64-linux is meant\n"),
        run.out());
  }

  @Test
  void waitingForeverOrNotAtAllIsRefused() {
    CommandLineRun run = CommandLineRun.of("builders", "--connect-timeout", "0");
    assertEquals(ExitStatus.BAD_INPUT, run.status());
    assertTrue(run.err().startsWith("--connect-timeout is 0, not 1 to 3600 seconds\n"), run.err());
  }

  @Test
  void aPlanTakesOtherBuildersThanItsManifestNames() {
    CommandLineRun run =
        CommandLineRun.of(
            "plan",
            Fixtures.image("shell").resolve("crossplan.toml").toString(),
            "--format",
            "json",
            "--builders",
            "ssh://big x86_64-linux,riscv64-linux - 16 4 big-parallel,kvm");
    assertEquals(ExitStatus.DONE, run.status(), run.err());
    assertTrue(run.out().contains("\"builders\":[{\"name\":\"big\""), run.out().substring(0, 800));
    assertTrue(run.out().contains("\"builder\":\"big\""));
    assertTrue(
        run.out()
            .contains(
                "builder big is said to run x86_64-linux and riscv64-linux by itself, which no"
                    + " machine does."),
        run.out());
  }
}

package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.fixtures.RealPackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measures this machine with real work, quickly; what is found is only roughly known. */
class CalibrateIT {
  private static final List<String> TOOLS =
      List.of(
          "sh", "cat", "cut", "env", "expr", "grep", "ls", "mkdir", "nproc", "rm", "sed", "test",
          "tr", "uname");

  private final Path folder;

  CalibrateIT(@TempDir Path folder) {
    this.folder = folder;
  }

  /** A factor in the JSON. */
  private static double factor(CommandLineRun run, String kind, String strategy) {
    Matcher matcher =
        Pattern.compile(
                "\"kind\" : \"%s\",\\s+\"strategy\" : \"%s\",\\s+\"factor\" : ([0-9.]+)"
                    .formatted(kind, strategy))
            .matcher(run.out());
    assertTrue(matcher.find(), run.out());
    return Double.parseDouble(matcher.group(1));
  }

  @Test
  void whatIsThereIsMeasuredWhatIsMissingIsTold() throws Exception {
    Map<String, String> environment = Map.of("PATH", programs().toString());
    CommandLineRun run = calibrate(environment, "--quick");
    assertEquals("", run.err());
    assertEquals(ExitStatus.DONE, run.status(), run.out());
    assertTrue(run.says("unit of native ± interpreting "), run.out());
    assertTrue(run.says("Not all of native was measured: a C compiler Maybe install"), run.out());
    assertTrue(run.says("Not all of cross was measured: a C compiler Maybe install"), run.out());
    assertTrue(
        run.says("Not all of emulated was measured: a compiler that runs under emulation Maybe"),
        run.out());

    CommandLineRun shown = calibrate(environment, "--show");
    assertEquals(ExitStatus.DONE, shown.status(), shown.err());
    assertTrue(run.out().startsWith(shown.out()), shown.out());
  }

  /** Else builds would seem to take no longer under emulation. */
  @Test
  void aCompilerOfThisMachineIsNoneForTheBoard() throws Exception {
    CommandLineRun run =
        calibrate(
            Map.of("PATH", programs("gcc", "as", "ld").toString()),
            "--quick",
            "--emulated-compiler",
            "/usr/bin/gcc");
    assertEquals(ExitStatus.DONE, run.status(), run.err());
    assertTrue(run.says("a compiler for riscv64: /usr/bin/gcc --sysroot=/ is for "), run.out());
    assertFalse(run.says("unit of emulated"), run.out());
  }

  @Test
  void nothingIsKnownOfAMachineThatNobodyMeasured() throws Exception {
    CommandLineRun run = calibrate(Map.of(), "--show", "--host", "board");
    assertEquals(
        new CommandLineRun(
            ExitStatus.NOT_POSSIBLE,
            "",
            "board: nothing is known of this machine\n"
                + "Maybe let crossplan calibrate measure it.\n"),
        run);
  }

  @Test
  void aMachineIsMeasuredOverSsh() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    Path path = programs("gcc", "as", "ld");
    try (SshServer server = SshServer.start(folder, Map.of("PATH", path, "TMPDIR", temporary))) {
      Map<String, String> environment = Map.of("NIX_SSHOPTS", server.options());
      CommandLineRun run = calibrate(environment, "--quick", "--host", server.destination());
      assertEquals(ExitStatus.DONE, run.status(), run.out() + run.err());
      assertTrue(run.out().startsWith("127.0.0.1: "), run.out());
      assertTrue(run.says(" native: gcc ("), run.out());
      assertTrue(run.says(" compiling C "), run.out());
      assertTrue(run.says(" running tests "), run.out());
      assertTrue(run.says("Not all of native was measured: a C++ compiler Maybe"), run.out());
      try (Stream<Path> left = Files.list(temporary)) {
        assertEquals(List.of(), left.toList());
      }
    }
  }

  @Test
  void aMachineThatDoesNotAnswerIsToldInTheWordsOfSsh() throws Exception {
    assertEquals(
        new CommandLineRun(
            ExitStatus.NOT_POSSIBLE,
            "",
            """
            127.0.0.1 is not reached: it is there, but nothing listens on its port
              ssh -p 1 127.0.0.1: ssh: connect to host 127.0.0.1 port 1: Connection refused
            Maybe sshd does not run there, or listens elsewhere: user@host:PORT names the port.
            """),
        calibrate(Map.of("NIX_SSHOPTS", "-F none"), "--quick", "--host", "127.0.0.1:1"));
    CommandLineRun unknown =
        calibrate(Map.of("NIX_SSHOPTS", "-F none"), "--quick", "--host", "root@nohost.invalid");
    assertEquals(ExitStatus.NOT_POSSIBLE, unknown.status(), unknown.out());
    assertTrue(
        unknown
            .err()
            .startsWith(
                """
                nohost.invalid is not reached: it has a host name that nobody knows here
                  ssh root@nohost.invalid: ssh: Could not resolve hostname nohost.invalid: \
                """),
        unknown.err());
    assertTrue(unknown.err().contains("\nMaybe it is misspelt; ssh has to know it"), unknown.err());
    assertEquals(3, unknown.err().lines().count(), unknown.err());
    assertFalse(Files.exists(folder.resolve("state/crossplan/calibrations")), "nothing is kept");
  }

  @Test
  void aMachineThatDoesNotLetUsInIsToldInTheWordsOfSsh() throws Exception {
    try (SshServer server = SshServer.start(folder, Map.of("PATH", Path.of("/bin")))) {
      Path stranger = folder.resolve("stranger");
      SshServer.key(stranger);
      String options = server.options().replace(server.userKey().toString(), stranger.toString());
      CommandLineRun run =
          calibrate(Map.of("NIX_SSHOPTS", options), "--quick", "--host", server.destination());
      assertEquals(ExitStatus.NOT_POSSIBLE, run.status(), run.out());
      assertTrue(
          run.err()
              .startsWith(
                  "127.0.0.1 is not reached: it does not let us in with the key " + stranger),
          run.err());
      assertTrue(run.err().contains("Permission denied (publickey"), run.err());
      assertTrue(run.err().contains("\nMaybe the public key is missing in"), run.err());
    }
  }

  /** With the compilers that builds of the manifest would use, which are in no PATH. */
  @Test
  @Tag("real")
  void theCompilersOfAManifestAreThoseOfItsStandardEnvironments() throws Exception {
    assumeTrue(RealPackages.arePrepared(), RealPackages.MISSING);
    PrivateNix nix = RealPackages.nixIn(folder.resolve("nix"));
    try {
      Path manifest = RealPackages.manifest("small.toml");
      for (String world :
          List.of(
              "localSystem = \"x86_64-linux\";",
              "localSystem = \"riscv64-linux\";",
              "localSystem = \"x86_64-linux\"; crossSystem = { config ="
                  + " \"riscv64-unknown-linux-gnu\"; gcc.arch = \"rv64gc\"; };")) {
        String environment =
            nix.run(
                "nix-instantiate",
                "--eval",
                "--read-write-mode",
                "--expr",
                "(import " + manifest.getParent() + " { " + world + " }).zlib.stdenv.drvPath");
        nix.run(
            "nix-store",
            "--realise",
            environment.replace("\"", ""),
            "--option",
            "extra-platforms",
            "riscv64-linux");
      }
      Map<String, String> environment = new TreeMap<>(nix.environment());
      environment.put("PATH", programs("nix-instantiate", "nix-store", "nix", "git").toString());
      CommandLineRun run =
          calibrate(environment, "--quick", "--format", "json", manifest.toString());
      assertEquals(ExitStatus.DONE, run.status(), run.err());
      assertTrue(run.out().contains("\"lacks\" : [ ]"), run.out());
      for (String kind : List.of("configure", "compile-c", "compile-cxx", "link")) {
        double emulated = factor(run, kind, "emulated");
        assertTrue(emulated > 2 && emulated < 100, kind + " emulated: " + emulated);
        double cross = factor(run, kind, "cross");
        assertTrue(cross > 0.2 && cross < 5, kind + " cross: " + cross);
      }
      assertTrue(factor(run, "tests", "emulated") > 1.5, run.out());
    } finally {
      nix.allowDeletion();
    }
  }

  /** A folder with the tools of every system, and these programs. */
  private Path programs(String... names) throws IOException {
    Path programs = Files.createDirectory(folder.resolve("programs"));
    for (String name : Stream.concat(TOOLS.stream(), Arrays.stream(names)).toList()) {
      Files.createSymbolicLink(programs.resolve(name), CommandLineRun.programOf(name));
    }
    return programs;
  }

  /** A file system that is full, in a namespace of its own. */
  @Test
  void onAFullDiskWhatWasMeasuredIsToldNevertheless() throws Exception {
    Path state = Files.createDirectory(folder.resolve("state"));
    List<String> namespace = List.of("unshare", "--user", "--map-root-user", "--mount");
    List<String> trial = new ArrayList<>(namespace);
    trial.add("true");
    assumeTrue(new ProcessBuilder(trial).start().waitFor() == 0, "a user namespace is needed");
    List<String> onFullDisk = new ArrayList<>(namespace);
    onFullDisk.addAll(
        List.of(
            "bash",
            "-c",
            "mount -t tmpfs -o size=64k none \"$XDG_STATE_HOME\""
                + " && { cat /dev/zero >\"$XDG_STATE_HOME/full\" 2>/dev/null || true; }"
                + " && PATH=$PROGRAMS exec \"$@\"",
            "bash"));
    CommandLineRun run =
        CommandLineRun.startedBy(
            onFullDisk,
            Map.of("PROGRAMS", programs().toString(), "XDG_STATE_HOME", state.toString()),
            "calibrate",
            "--quick");
    assertTrue(run.says("unit of native ± interpreting "), run.out() + run.err());
    assertTrue(
        run.err()
            .matches(
                "(?s)"
                    + Pattern.quote(state.toString())
                    + "/crossplan/calibrations/.*[.]json: what was measured cannot be kept: .*No"
                    + " space left on device.*\nMaybe make room there, or .*"),
        run.err());
    assertEquals(ExitStatus.NOT_POSSIBLE, run.status());
  }

  /** Before the work and not after it. */
  @Test
  void whatIsKeptAndDamagedIsToldAtOnce() throws Exception {
    Path kept = folder.resolve("state/crossplan/calibrations/board.json");
    Files.createDirectories(kept.getParent());
    Files.writeString(kept, "{");
    CommandLineRun run = calibrate(Map.of("NIX_SSHOPTS", "-F none"), "--host", "board");
    assertTrue(run.err().startsWith(kept + ":1: "), run.err());
    assertEquals(ExitStatus.BAD_INPUT, run.status());
  }

  private CommandLineRun calibrate(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Map<String, String> own = new TreeMap<>(environment);
    own.put("XDG_STATE_HOME", folder.resolve("state").toString());
    return CommandLineRun.elsewhere(
        own,
        Stream.concat(Stream.of("calibrate"), Arrays.stream(arguments)).toArray(String[]::new));
  }
}

package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.collect.ImmutableList;
import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.fixtures.RealPackages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** How a run ended. */
  private record Run(int status, String out, String err) {
    boolean says(String text) {
      return out.replaceAll("\\s+", " ").contains(text);
    }

    /** A factor in the JSON. */
    double factor(String kind, String strategy) {
      Matcher matcher =
          Pattern.compile(
                  "\"kind\" : \"%s\",\\s+\"strategy\" : \"%s\",\\s+\"factor\" : ([0-9.]+)"
                      .formatted(kind, strategy))
              .matcher(out);
      assertTrue(matcher.find(), out);
      return Double.parseDouble(matcher.group(1));
    }
  }

  @Test
  void whatIsThereIsMeasuredWhatIsMissingIsTold() throws Exception {
    Map<String, String> environment = Map.of("PATH", programs().toString());
    Run run = calibrate(environment, "--quick");
    assertEquals("", run.err());
    assertEquals(ExitStatus.DONE, run.status(), run.out());
    assertTrue(run.says("unit of native ± interpreting "), run.out());
    assertTrue(run.says("Not all of native was measured: a C compiler Maybe install"), run.out());
    assertTrue(run.says("Not all of cross was measured: a C compiler Maybe install"), run.out());
    assertTrue(
        run.says("Not all of emulated was measured: a compiler that runs under emulation Maybe"),
        run.out());

    Run shown = calibrate(environment, "--show");
    assertEquals(ExitStatus.DONE, shown.status(), shown.err());
    assertTrue(run.out().startsWith(shown.out()), shown.out());
  }

  @Test
  void nothingIsKnownOfAMachineThatNobodyMeasured() throws Exception {
    Run run = calibrate(Map.of(), "--show", "--host", "board");
    assertEquals(
        new Run(
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
      Run run = calibrate(environment, "--quick", "--host", server.destination());
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
    Run run = calibrate(Map.of("NIX_SSHOPTS", "-F none"), "--quick", "--host", "127.0.0.1:1");
    assertEquals(ExitStatus.NOT_POSSIBLE, run.status(), run.out());
    assertTrue(
        run.err().startsWith("127.0.0.1: nothing can be measured on this machine\n"), run.err());
    assertTrue(run.err().contains("Connection refused"), run.err());
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
      Run run = calibrate(environment, "--quick", "--format", "json", manifest.toString());
      assertEquals(ExitStatus.DONE, run.status(), run.err());
      assertTrue(run.out().contains("\"lacks\" : [ ]"), run.out());
      for (String kind : List.of("configure", "compile-c", "compile-cxx", "link")) {
        double emulated = run.factor(kind, "emulated");
        assertTrue(emulated > 2 && emulated < 100, kind + " emulated: " + emulated);
        double cross = run.factor(kind, "cross");
        assertTrue(cross > 0.2 && cross < 5, kind + " cross: " + cross);
      }
      assertTrue(run.factor("tests", "emulated") > 1.5, run.out());
    } finally {
      nix.allowDeletion();
    }
  }

  /** A folder with the tools of every system, and these programs. */
  private Path programs(String... names) throws IOException {
    Path programs = Files.createDirectory(folder.resolve("programs"));
    for (String name : Stream.concat(TOOLS.stream(), Arrays.stream(names)).toList()) {
      Path program =
          Arrays.stream(System.getenv("PATH").split(":", -1))
              .map(path -> Path.of(path, name))
              .filter(Files::isExecutable)
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("this test needs " + name));
      Files.createSymbolicLink(programs.resolve(name), program);
    }
    return programs;
  }

  private Run calibrate(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    ImmutableList<String> command =
        ImmutableList.<String>builder()
            .add(ProcessHandle.current().info().command().orElse("java"), "-cp")
            .add(System.getProperty("java.class.path"), "dev.crossplan.cli.Crossplan", "calibrate")
            .add(arguments)
            .build();
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), out, Files.readString(err));
  }
}

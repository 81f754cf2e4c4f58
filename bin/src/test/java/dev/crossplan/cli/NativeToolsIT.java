package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.fixtures.RealPackages;
import dev.crossplan.fixtures.remote.BuilderRoot;
import dev.crossplan.fixtures.remote.RemoteBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Emulated builds by real compilers, with tools of the machine that emulates. */
@Tag("real")
final class NativeToolsIT {
  /** For the files of a machine's Debian, and what is built there. */
  private static final int DISK_MEBIBYTES = 2000;

  private static final String EMULATED_WITH_CROSS_COMPILER =
      """
      [[constraint]]
      package = "zlib"
      emulated = "required"
      [[constraint]]
      package = "gcc"
      as-tool = "native"
      """;

  private final Path folder;
  private PrivateNix nix;
  private BuildFolder builds;

  NativeToolsIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void prepare() throws IOException, InterruptedException {
    assumeTrue(RealPackages.arePrepared(), RealPackages.MISSING);
    nix = RealPackages.nixIn(folder.resolve("nix"));
    builds = new BuildFolder(folder, nix);
  }

  @AfterEach
  void clear() throws IOException {
    if (nix != null) {
      nix.allowDeletion();
    }
  }

  private String runResult(String program) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(builds.result().resolve("bin").resolve(program).toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said;
  }

  /** It writes about the machine that it runs on, and its user refuses what is of another. */
  @Test
  void aGeneratorThatMustNotRunNativelyIsEmulatedAtTheSecondTryAndFromThenOn()
      throws IOException, InterruptedException {
    Path manifest = RealPackages.manifest("misuse.toml");
    BuildFolder.Run run = builds.run(manifest, "--native-tools", "all");
    assertEquals(ExitStatus.DONE, run.await(), run.said());
    assertTrue(
        run.said()
            .contains("replanned which-machine 1, emulated instead of emulated with native tools"),
        run.said());
    assertEquals("riscv\n", runResult("which-machine"));

    BuildFolder.Run explained =
        builds.command(
            "explain",
            manifest.toString(),
            "which-machine",
            "--with-history",
            "--native-tools",
            "all");
    assertTrue(
        explained.said().contains("its emulated build with native tools failed on "),
        explained.said());
    int begun = builds.begun().size();
    BuildFolder.Run again = builds.run(manifest, "--native-tools", "all");
    assertEquals(ExitStatus.DONE, again.await(), again.said());
    assertEquals(begun, builds.begun().size());
  }

  /** It has a link to the tool in what it builds, which is of no use on the board. */
  @Test
  void whatRefersToANativeToolIsBuiltAgainWithAnEmulatedOne()
      throws IOException, InterruptedException {
    Path real = RealPackages.manifest("misuse.toml").resolveSibling("");
    Path overlay =
        Files.writeString(
            folder.resolve("keeper.nix"),
            """
            final: prev: {
              keeper = final.callPackage (
                { stdenv, machine-name }:
                stdenv.mkDerivation {
                  pname = "keeper";
                  version = "1";
                  src = %s/which-machine;
                  strictDeps = true;
                  nativeBuildInputs = [ machine-name ];
                  buildPhase = "true";
                  installPhase = "mkdir -p $out/bin; ln -s $(type -P machine-name) $out/bin/";
                }
              ) { };
            }
            """
                .formatted(real));
    String text =
        Files.readString(RealPackages.manifest("misuse.toml"))
            .replace("which-machine", "keeper")
            .replace("nixpkgs     = \".\"", "nixpkgs = \"" + real + "\"")
            .replace(
                "[\"tools.nix\"]", "[\"" + real.resolve("tools.nix") + "\", \"" + overlay + "\"]")
            .replace("\"costs.csv\"", "\"" + real.resolve("costs.csv") + "\"");
    Path manifest = Files.writeString(folder.resolve("crossplan.toml"), text);
    BuildFolder.Run run = builds.run(manifest, "--native-tools", "all");
    assertEquals(ExitStatus.DONE, run.await(), run.said());
    assertTrue(
        run.said().contains("machine-name-1, which is not right for the board: bin/machine-name"),
        run.said());
    assertTrue(runResult("machine-name").contains("riscv"));
  }

  /** gcc 12 crosses, gcc 14 is emulated: that it may be another version, only the manifest says. */
  @Test
  void anEmulatedBuildWithTheCrossCompilerMakesTheSameAsACrossBuild()
      throws IOException, InterruptedException {
    BuildFolder.Run run = builds.run(zlib(EMULATED_WITH_CROSS_COMPILER));
    assertEquals(ExitStatus.DONE, run.await(), run.said());
    assertTrue(run.said().contains("emulated with a native compiler on desk in "), run.said());
    assertFalse(builds.built().stream().anyMatch(name -> name.startsWith("gcc-wrapper-14")));
    BuildFolder.Run verified = builds.command("verify", builds.result().toString());
    assertEquals(ExitStatus.DONE, verified.await(), verified.said());
    List<String> emulated = symbols();

    Files.delete(builds.result());
    BuildFolder.Run crossed = builds.run(zlib(""));
    assertEquals(ExitStatus.DONE, crossed.await(), crossed.said());
    assertFalse(crossed.said().contains("emulated"), crossed.said());
    assertEquals(symbols(), emulated);
  }

  /** What is made for a step, its environment, is built there as well. */
  @Test
  void anotherMachineThatEmulatesHasThemToo() throws Exception {
    try (RemoteBuilders machines = RemoteBuilders.in(folder, folder.resolve("nix"))) {
      RemoteBuilder rack = machines.start(BuilderRoot.X86_64, DISK_MEBIBYTES);
      Path manifest = zlib(EMULATED_WITH_CROSS_COMPILER);
      Files.writeString(
          manifest,
          Files.readString(manifest)
              .replaceFirst(
                  "(?s)\\[\\[builder\\]\\].*?(?=\\[costs\\])",
                  rack.table("rack") + "emulates = [\"riscv64-linux\"]\n"));
      BuildFolder.Run run = builds.run(manifest);
      assertEquals(ExitStatus.DONE, run.await(), run.said());
      assertTrue(run.said().contains("emulated with a native compiler on rack in "), run.said());
      BuildFolder.Run verified = builds.command("verify", builds.result().toString());
      assertEquals(ExitStatus.DONE, verified.await(), verified.said());
    }
  }

  /** What the library has for others. */
  private List<String> symbols() throws IOException, InterruptedException {
    Path library;
    try (var files = Files.walk(builds.result().toRealPath())) {
      library = files.filter(file -> file.endsWith("libz.so.1")).findFirst().orElseThrow();
    }
    return nix.run("nm", "-D", "--defined-only", "--format=posix", library.toString())
        .lines()
        .map(line -> line.replaceFirst(" [0-9a-f].*", ""))
        .sorted()
        .toList();
  }

  private Path zlib(String constraints) throws IOException {
    Path real = RealPackages.manifest("small.toml").resolveSibling("");
    String text =
        Files.readString(RealPackages.manifest("small.toml"))
            .replace("toolboxSmall", "zlib")
            .replace("nixpkgs     = \".\"", "nixpkgs = \"" + real + "\"")
            .replace("\"costs.csv\"", "\"" + real.resolve("costs.csv") + "\"");
    return Files.writeString(folder.resolve("crossplan.toml"), text + "\n" + constraints);
  }
}

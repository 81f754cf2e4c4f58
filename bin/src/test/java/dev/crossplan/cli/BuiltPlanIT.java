package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.crossplan.fixtures.NewestNix;
import dev.crossplan.fixtures.PrivateNix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real Nix builds a plan. The packages are scripts of bash, and what is for the board can be run
 * here too: what is under test is what gets built from what.
 *
 * <pre>
 * image ─ app ─ lib ─ libSource       app and image do not cross-compile; lib, and the tool that
 *    └───── tool ──────┘              makes it, are built for the desk or across
 * </pre>
 */
class BuiltPlanIT {
  private static final String PACKAGES =
      """
      { cross }:
      let
        emulated = { system = "riscv64-linux"; suffix = ""; flags = ""; };
        crossed = { system = "x86_64-linux"; suffix = "-riscv64-unknown-linux-gnu"; flags = "--host=riscv64-unknown-linux-gnu"; };
        desk = { system = "x86_64-linux"; suffix = ""; flags = "--host=x86_64-unknown-linux-gnu"; };
        host = if cross then crossed else emulated;
        build = if cross then desk else emulated;
        make = platform: pname: attributes: script:
          derivation ({
            name = "${pname}${platform.suffix}-1.0";
            inherit pname;
            version = "1.0";
            inherit (platform) system;
            configureFlags = platform.flags;
            builder = "BASH";
            args = [ "-eu" (builtins.toFile "${pname}.sh" script) ];
            PATH = "PATHS";
          } // attributes);
        libSource = derivation {
          name = "lib-1.0.txt";
          inherit (build) system;
          builder = "BASH";
          args = [ "-c" "printf text > $out" ];
          outputHash = "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1";
          outputHashAlgo = "sha256";
        };
        tool = make build "tool" { src = libSource; } "mkdir -p $out/bin; echo tool of $system > $out/bin/tool";
        lib = make host "lib" { src = libSource; nativeBuildInputs = [ tool ]; outputs = [ "out" "dev" ]; }
          ''
            mkdir $out $dev
            { cat $src; echo " as lib''${configureFlags:+ cross}"; } > $out/lib
            echo $out > $dev/where
          '';
        app = make host "app" { src = libSource; buildInputs = [ lib.dev ]; }
          "mkdir $out; cp $(cat $buildInputs/where)/lib $out/app; echo app $configureFlags >> $out/app";
        image = make host "image" { src = libSource; inherit app; buildInputs = [ lib ]; }
          "cat $app/app $buildInputs/lib > $out";
      in
      if cross then { inherit tool lib app; } else { inherit tool lib app image; }
      """;

  private final Path folder;
  private final PrivateNix nix;

  BuiltPlanIT(@TempDir Path folder) {
    this.folder = folder;
    this.nix = PrivateNix.elsewhere(folder.resolve("nix"));
  }

  @AfterEach
  void allowDeletion() throws IOException {
    nix.allowDeletion();
  }

  private void evaluate(Path packages, String instance, boolean cross) throws Exception {
    StringBuilder jobs = new StringBuilder();
    for (String attribute : cross ? List.of("lib", "app") : List.of("lib", "app", "image")) {
      String path =
          nix.run(
              "nix-instantiate",
              packages.toString(),
              "--arg",
              "cross",
              String.valueOf(cross),
              "-A",
              attribute);
      jobs.append("{\"attr\":\"")
          .append(attribute)
          .append("\",\"drvPath\":\"")
          .append(path.replaceFirst("!.*", ""))
          .append("\"}\n");
    }
    Files.writeString(folder.resolve(instance + ".jsonl"), jobs);
  }

  private Path manifest() throws Exception {
    Path packages =
        Files.writeString(
            folder.resolve("packages.nix"),
            PACKAGES.replace("BASH", "/bin/bash").replace("PATHS", "/usr/bin:/bin"));
    evaluate(packages, "emulated", false);
    evaluate(packages, "cross", true);
    return Files.writeString(
        folder.resolve("crossplan.toml"),
        """
        image = ["image"]
        target = { system = "riscv64-linux" }
        [[instance]]
        name = "emulated"
        localSystem = "riscv64-linux"
        derivations = "nix/store"
        jobs = "emulated.jsonl"
        [[instance]]
        name = "cross"
        localSystem = "x86_64-linux"
        crossSystem = "riscv64-unknown-linux-gnu"
        derivations = "nix/store"
        jobs = "cross.jsonl"
        [[builder]]
        name = "desk"
        systems = ["x86_64-linux"]
        emulates = ["riscv64-linux"]
        [[constraint]]
        package = "app"
        cross = "broken"
        """);
  }

  private Path written(Path manifest, String... options) {
    Path file = folder.resolve("plan.nix");
    String[] command = new String[options.length + 6];
    System.arraycopy(
        new String[] {"plan", manifest.toString(), "--format", "nix", "-o", file.toString()},
        0,
        command,
        0,
        6);
    System.arraycopy(options, 0, command, 6, options.length);
    CommandLineRun run = CommandLineRun.of(command);
    assertEquals(
        manifest
            + ": its derivations are of the store "
            + nix.store()
            + ", but the store of Nix is /nix/store here"
            + " Maybe let it be evaluated here (nixpkgs = \"…\" in place of derivations = \"…\"), or let"
            + " NIX_STORE_DIR name that store. ",
        run.err().replaceAll("\\s+", " "));
    assertEquals(ExitStatus.DONE, run.status());
    return file;
  }

  /** The names of what Nix says it builds, and at the end the output. */
  private String build(PrivateNix store, Path file) throws Exception {
    return build(store, List.of("nix-build"), file);
  }

  private String build(PrivateNix store, List<String> nixBuild, Path file) throws Exception {
    List<String> words = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 2>&1", "sh"));
    words.addAll(nixBuild);
    words.addAll(List.of(file.toString(), "-A", "image", "--no-out-link"));
    words.addAll(List.of("--option", "extra-platforms", "riscv64-linux"));
    return store.run(words.toArray(String[]::new));
  }

  private static Set<String> built(String log) {
    Set<String> built = new TreeSet<>();
    Pattern.compile("building '[^']*/[0-9a-z]{32}-([^']+)\\.drv'")
        .matcher(log)
        .results()
        .forEach(found -> assertTrue(built.add(found.group(1)), "once: " + found.group(1)));
    return built;
  }

  private static String lastLine(String log) {
    return log.substring(log.lastIndexOf('\n') + 1);
  }

  @Test
  void nixBuildsThePlanAndNothingElse() throws Exception {
    assertPlanIsBuilt(List.of("nix-build"));
  }

  @Test
  void soDoesTheNewestNix() throws Exception {
    Optional<NewestNix> newest = NewestNix.find();
    assumeTrue(newest.isPresent(), NewestNix.MISSING);
    assertPlanIsBuilt(newest.get().command("nix-build"));
  }

  /** app takes the cross-compiled lib, and nothing that the plan does not name is built. */
  private void assertPlanIsBuilt(List<String> nixBuild) throws Exception {
    String log = build(nix, nixBuild, written(manifest()));
    assertEquals(
        new TreeSet<>(
            List.of(
                "lib-1.0.txt",
                "tool-1.0",
                "lib-riscv64-unknown-linux-gnu-1.0",
                "app-1.0",
                "image-1.0")),
        built(log),
        log);
    assertEquals(
        "text as lib cross\napp\ntext as lib cross\n", Files.readString(Path.of(lastLine(log))));
    assertEquals(Set.of(), built(build(nix, nixBuild, folder.resolve("plan.nix"))));
  }

  /** Another store at the same place, as on another machine, which has only the sources. */
  private PrivateNix otherMachine() throws Exception {
    Path sources = folder.resolve("sources");
    nix.run(
        "sh",
        "-c",
        "nix-store --export \"$1\"/*.sh > \"$2\"",
        "sh",
        nix.store().toString(),
        sources.toString());
    nix.allowDeletion();
    Files.move(folder.resolve("nix"), folder.resolve("first"));
    PrivateNix other = PrivateNix.elsewhere(folder.resolve("nix"));
    other.run("sh", "-c", "nix-store --import < \"$1\"", "sh", sources.toString());
    return other;
  }

  @Test
  void aSelfContainedPlanNeedsNoDerivations() throws Exception {
    Path file = written(manifest(), "--self-contained");
    assertEquals(5, built(build(otherMachine(), file)).size());
  }

  @Test
  void missingDerivationsAreNamedWithTheRemedy() throws Exception {
    Path file = written(manifest());
    PrivateNix other = otherMachine();
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () -> other.run("nix-instantiate", file.toString(), "-A", "image"));
    assertTrue(
        String.valueOf(thrown.getMessage())
            .matches(
                "(?s).*/store/\\S+-lib\\S+.drv is not in the store. Maybe evaluate the instance"
                    + " here, or get it from the machine that did: nix copy --derivation --from"
                    + " ssh://HOST /\\S+/store/.*"),
        thrown.getMessage());
  }

  @Test
  void aPlanOfAnotherStoreIsRefusedWithTheRemedy() throws Exception {
    for (String[] options : List.of(new String[0], new String[] {"--self-contained"})) {
      Path file = written(manifest(), options);
      PrivateNix other = PrivateNix.elsewhere(folder.resolve("other"));
      IllegalStateException thrown =
          assertThrows(
              IllegalStateException.class,
              () -> other.run("nix-instantiate", file.toString(), "-A", "image"));
      assertTrue(
          String.valueOf(thrown.getMessage())
              .contains(
                  "the derivations of this plan are of the store "
                      + nix.store()
                      + ", but the store of Nix is "
                      + other.store()
                      + " here. Maybe let NIX_STORE_DIR name that store"),
          thrown.getMessage());
    }
  }
}

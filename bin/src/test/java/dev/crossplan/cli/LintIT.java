package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.fixtures.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances that real Nix evaluates. */
class LintIT {
  private final Path folder;
  private final BuildFolder build;

  LintIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.build = new BuildFolder(folder);
  }

  @AfterEach
  void allowDeletion() throws IOException {
    build.nix().allowDeletion();
  }

  private String lint(String packageSet) throws Exception {
    Files.writeString(folder.resolve("set.nix"), packageSet);
    Path manifest =
        Files.writeString(
            folder.resolve("crossplan.toml"),
            """
            image = ["popt", "lz4"]
            target = { system = "riscv64-linux" }
            [[instance]]
            name = "emulated"
            localSystem = "riscv64-linux"
            nixpkgs = "./set.nix"
            [[builder]]
            name = "desk"
            systems = ["x86_64-linux"]
            emulates = ["riscv64-linux"]
            features = ["gccarch-rv64gc"]
            """);
    BuildFolder.Run run = build.command("lint", manifest.toString());
    assertEquals(0, run.await(), run.said());
    return run.said();
  }

  /** What Nix would build for an attribute of the set, and itself. */
  private Set<String> builds(String attribute) throws Exception {
    String derivation =
        build
            .nix()
            .run(
                "nix-instantiate",
                folder.resolve("set.nix").toString(),
                "--arg",
                "localSystem",
                "{ system = \"riscv64-linux\"; }",
                "-A",
                attribute);
    Set<String> builds = new TreeSet<>();
    for (String path :
        build
            .nix()
            .run("nix-store", "--query", "--requisites", derivation.replaceFirst("!.*", ""))
            .lines()
            .toList()) {
      if (path.endsWith(".drv") && !Files.readString(Path.of(path)).contains("\"outputHash\"")) {
        builds.add(path);
      }
    }
    return builds;
  }

  /** As a submodule does that wants its packages compiled with a flag. */
  @Test
  void anImportWithinAnInstanceIsFound() throws Exception {
    String one =
        "{ localSystem, ... }@platform: let nixpkgs = import "
            + Fixtures.nixpkgs()
            + "; in nixpkgs platform";
    assertTrue(lint(one).startsWith("nothing found\n\n evaluating"), lint(one));
    String two =
        lint(
            one
                + " // { inherit (nixpkgs (platform // { localSystem = localSystem // { gcc.arch ="
                + " \"rv64gc\"; }; })) lz4; }");
    assertTrue(
        two.contains("warning: emulated has 2 bootstraps of nixpkgs in it, each with tools"), two);
    assertTrue(two.contains("[several-package-sets]"), two);
    Set<String> others = builds("lz4");
    others.removeAll(builds("popt"));
    assertTrue(two.contains(": " + others.size() + " derivations are of another one"), two);
    // The same once more is the same, however often it is imported.
    String same = lint(one + " // { inherit (nixpkgs (platform // { })) lz4; }");
    assertTrue(same.startsWith("nothing found\n"), same);
  }

  /** One is left out as the remedy says it, and the image is whole. */
  @Test
  void whatOneOfTwoThatAreTheSameIsAskedForIsAskedOfTheOther() throws Exception {
    String head =
        """
        image = ["popt", "lz4"]
        target = { system = "riscv64-linux" }
        [[builder]]
        name = "desk"
        systems = ["x86_64-linux"]
        emulates = ["riscv64-linux"]
        """;
    String instance =
        """
        [[instance]]
        name = "%s"
        localSystem = "riscv64-linux"
        nixpkgs = "%s"
        attrs = [%s]
        """;
    Path manifest =
        Files.writeString(
            folder.resolve("two.toml"),
            head
                + instance.formatted("one", Fixtures.nixpkgs(), "\"popt\"")
                + instance.formatted("two", Fixtures.nixpkgs(), "\"lz4\""));
    String remedy =
        "Maybe leave out two, and use one with the attributes of all in its place: attrs ="
            + " [\"popt\", \"lz4\"].";
    BuildFolder.Run two = build.command("lint", manifest.toString());
    assertEquals(0, two.await(), two.said());
    assertTrue(two.said().replaceAll("\\s+", " ").contains(remedy), two.said());
    Files.writeString(
        manifest, head + instance.formatted("one", Fixtures.nixpkgs(), "\"popt\", \"lz4\""));
    BuildFolder.Run one = build.command("lint", manifest.toString());
    assertEquals(0, one.await(), one.said());
    assertTrue(one.said().startsWith("nothing found\n"), one.said());
  }

  private String refused(String instance) throws Exception {
    Path manifest =
        Files.writeString(
            folder.resolve("refused.toml"),
            """
            image = ["popt"]
            target = { system = "riscv64-linux" }
            [[instance]]
            name = "emulated"
            localSystem = "riscv64-linux"
            nixpkgs = "%s"
            [[instance]]
            name = "other"
            localSystem = "x86_64-linux"
            %s
            """
                .formatted(Fixtures.nixpkgs(), instance));
    BuildFolder.Run run = build.command("lint", manifest.toString());
    assertEquals(2, run.await(), run.said());
    // Nothing was evaluated, neither this instance nor the one before it.
    try (Stream<Path> made = Files.walk(folder.resolve("nix"))) {
      assertTrue(made.noneMatch(file -> file.toString().endsWith(".drv")), run.said());
    }
    return run.said();
  }

  @Test
  void whatIsNotThereIsToldBeforeAnythingIsEvaluated() throws Exception {
    String overlay = refused("nixpkgs = \"" + Fixtures.nixpkgs() + "\"\noverlays = [\"nope.nix\"]");
    assertTrue(
        overlay.contains(
            "refused.toml: instance other: overlays name "
                + folder.resolve("nope.nix")
                + ", and there is no such file"),
        overlay);
    assertTrue(overlay.contains("\nMaybe it is in another folder"), overlay);
    String nixpkgs = refused("nixpkgs = \"./nope\"");
    assertTrue(nixpkgs.contains("refused.toml: instance other: "), nixpkgs);
    assertTrue(nixpkgs.contains("nope: no such file or folder"), nixpkgs);
  }

  /** A set may say that it is a derivation. */
  @Test
  void aDerivationThatHasNoPathOfOneIsAnAttributeThatDoesNotEvaluate() throws Exception {
    String said =
        lint(
            "{ ... }: rec { popt = { type = \"derivation\"; name = \"popt\"; drvPath ="
                + " \"/etc/passwd\"; outPath = \"/x\"; }; lz4 = popt; }");
    assertTrue(said.contains("the image needs attribute popt"), said);
    assertTrue(
        said.contains(
            "emulated: it did not evaluate: its drvPath is none: \"/etc/passwd\" is no store path"),
        said);
  }

  /** The message has the first few. */
  @Test
  void allShowsEveryPackage() throws Exception {
    Path manifest =
        Files.writeString(
            folder.resolve("vector.toml"),
            """
            image = ["popt"]
            target = { system = "riscv64-linux", march = "rv64gc" }
            [[instance]]
            name = "emulated"
            localSystem = { system = "riscv64-linux", gcc = { arch = "rv64gcv" } }
            nixpkgs = "%s"
            """
                .formatted(Fixtures.nixpkgs()));
    BuildFolder.Run some = build.command("lint", manifest.toString());
    assertEquals(0, some.await(), some.said());
    assertFalse(some.said().contains("glibc-"), some.said());
    BuildFolder.Run all = build.command("lint", "--all", manifest.toString());
    assertEquals(0, all.await(), all.said());
    assertEquals(
        2, // of missing-feature and march-beyond-target
        all.said().lines().filter(line -> line.matches("  glibc-[0-9.]+")).count(),
        all.said());
    BuildFolder.Run json = build.command("lint", "--format", "json", manifest.toString());
    assertEquals(0, json.await(), json.said());
    assertTrue(json.said().matches("(?s).*\"details\" : \\[ \"acl.*"), json.said());
  }

  /** Also where nothing was evaluated, since nothing has changed. */
  @Test
  void whatEvaluatingTookIsTold() throws Exception {
    Path manifest =
        Files.writeString(
            folder.resolve("costs.toml"),
            """
            image = ["popt"]
            target = { system = "riscv64-linux" }
            [[instance]]
            name = "emulated"
            localSystem = "riscv64-linux"
            nixpkgs = "%1$s"
            [[instance]]
            name = "again"
            localSystem = { config = "riscv64-unknown-linux-gnu" }
            nixpkgs = "%1$s"
            [[instance]]
            name = "native"
            localSystem = "x86_64-linux"
            nixpkgs = "%1$s"
            """
                .formatted(Fixtures.nixpkgs()));
    // In a new store Nix may say that its database is busy; then it is asked again the next time.
    assertEquals(0, build.command("lint", manifest.toString()).await());
    String table = "";
    for (int i = 0; i < 2; i++) {
      BuildFolder.Run run = build.command("lint", manifest.toString());
      assertEquals(0, run.await(), run.said());
      String now = run.said().substring(run.said().indexOf(" evaluating"));
      assertTrue(table.isEmpty() || table.equals(now), table + now);
      table = now;
    }
    assertTrue(table.matches("(?s).* emulated +[0-9.]+ s +[0-9,]+ MiB +again\n.*"), table);
    assertTrue(table.matches("(?s).* native +[0-9.]+ s +[0-9,]+ MiB *\n.*"), table);
    BuildFolder.Run json = build.command("lint", manifest.toString(), "--format", "json");
    assertEquals(0, json.await(), json.said());
    assertTrue(
        json.said().matches("(?s).*\"evaluations\" : .*\"peakBytes\" : [0-9]+.*"), json.said());
    assertTrue(json.said().contains("\"evaluatedWith\" : \"emulated\""), json.said());
    Files.writeString(manifest, Files.readString(manifest) + "[evaluation]\nmemory = 1\n");
    BuildFolder.Run plan = build.command("plan", manifest.toString());
    assertEquals(0, plan.await(), plan.said());
    assertTrue(plan.said().contains("takes more than the 1 MiB of [evaluation]"), plan.said());
  }
}

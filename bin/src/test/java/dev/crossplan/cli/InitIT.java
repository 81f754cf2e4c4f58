package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.fixtures.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** First manifests of images in all forms, evaluated by real Nix, and plans of them. */
@Tag("nix")
class InitIT {
  private static final String FOR_BOARD = ", for riscv64-linux (rv64gc)\n";

  private final Path folder;
  private final BuildFolder build;

  InitIT(@TempDir Path folder) throws IOException {
    this.folder = folder.toRealPath();
    this.build = new BuildFolder(this.folder);
    build.set("NIX_PATH", "nixpkgs=" + Fixtures.nixpkgs());
  }

  @AfterEach
  void allowDeletion() throws IOException {
    build.nix().allowDeletion();
  }

  private Path manifest() {
    return folder.resolve("made/crossplan.toml");
  }

  private BuildFolder.Run init(String... arguments) throws Exception {
    Files.createDirectories(manifest().getParent());
    List<String> words = new ArrayList<>(List.of("init", "--output", manifest().toString()));
    words.addAll(List.of(arguments));
    BuildFolder.Run run = build.command(words.toArray(String[]::new));
    assertEquals(0, run.await(), run.said());
    return run;
  }

  private void assertPlans(String expected) throws Exception {
    BuildFolder.Run plan = build.command("plan", manifest().toString(), "--all");
    assertEquals(0, plan.await(), plan.said());
    assertTrue(plan.said().contains(expected), plan.said());
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** A flake whose nixpkgs is a copy of the fixtures'; nothing is fetched. */
  private Path flake(String outputs) throws Exception {
    write(
        "flake/flake.nix",
        "{ inputs.nixpkgs = { url = \"path:"
            + Fixtures.nixpkgs()
            + "\"; flake = false; }; outputs = { self, nixpkgs }: "
            + outputs
            + "; }");
    Path flake = folder.resolve("flake");
    build
        .nix()
        .run(
            "nix",
            "--extra-experimental-features",
            "nix-command flakes",
            "flake",
            "lock",
            flake.toString());
    return flake;
  }

  @Test
  void aPackageSet() throws Exception {
    BuildFolder.Run run = init(Fixtures.nixpkgs().toString(), "-A", "git", "-A", "zlib");
    assertTrue(run.said().startsWith("wrote " + manifest() + FOR_BOARD), run.said());
    assertFalse(Files.exists(manifest().resolveSibling("package-set.nix")));
    assertPlans("zlib 1.3.1");
  }

  @Test
  void aFunctionOfPkgs() throws Exception {
    Path file = write("image/default.nix", "{ pkgs ? import <nixpkgs> { } }: pkgs.zlib");
    BuildFolder.Run run = init(file.toString());
    assertTrue(
        run.said()
            .startsWith(
                "wrote "
                    + manifest()
                    + " and "
                    + manifest().resolveSibling("package-set.nix")
                    + FOR_BOARD),
        run.said());
    assertTrue(run.said().contains(" cross     evaluates\n"), run.said());
    assertPlans("zlib 1.3.1");
  }

  /** As nixpkgs has its packages. */
  @ParameterizedTest
  @ValueSource(strings = {"{ stdenv, zlib }: zlib", "{ pkgs, lib }: { tool = pkgs.zlib; }"})
  void aFunctionOfPackages(String text) throws Exception {
    Path file = write("an image/default.nix", text);
    BuildFolder.Run run =
        text.contains("tool") ? init(file.toString(), "-A", "tool") : init(file.toString());
    assertTrue(run.said().contains(" cross     evaluates\n"), run.said());
    assertTrue(run.said().contains(" emulated  evaluates\n"), run.said());
    assertPlans("zlib 1.3.1");
  }

  @Test
  void aPackageSetThatIgnoresCrossSystem() throws Exception {
    Path file =
        write(
            "set.nix",
            "{ localSystem, crossSystem ? null, overlays ? [ ], config ? { } }:"
                + " { app = (import <nixpkgs> { inherit localSystem; }).zlib; }");
    String said = init(file.toString(), "-A", "app").said();
    assertTrue(
        said.contains("warning: app of cross is the same derivation as that of native"), said);
    assertFalse(said.contains("app of emulated"), said);
  }

  @Test
  void aFunctionOfNeitherPackagesNorPlatforms() throws Exception {
    Path file = write("image.nix", "{ size ? 1 }: { inherit size; }");
    String said = refused(file.toString(), "-A", "size");
    assertTrue(said.contains(": is a function of size; none of these is a platform"), said);
  }

  /** The image's own is taken, for each platform, and what it is made for is found in it. */
  @Test
  void aFunctionWithANixpkgsOfItsOwn() throws Exception {
    build.set("NIX_PATH", "nixpkgs=/nowhere");
    write(
        "image/own/default.nix",
        "{ localSystem ? \"x86_64-linux\", ... }@arguments: import "
            + Fixtures.nixpkgs()
            + " ({ inherit localSystem; } // arguments)");
    Path file =
        write(
            "image/default.nix",
            "{ pkgs ? import ./own { crossSystem = { config = \"riscv64-unknown-linux-gnu\"; gcc.arch ="
                + " \"rv64gcv\"; }; overlays = [ (final: prev: { zlib = prev.zlib // { own = 1; }; }) ]; } }:"
                + " assert pkgs.zlib.own == 1; pkgs.zlib");
    BuildFolder.Run run = init(file.toString());
    assertTrue(run.said().contains(", for riscv64-linux (rv64gcv)\n"), run.said());
    assertTrue(run.said().contains(" native    evaluates\n"), run.said());
    assertTrue(run.said().contains(" cross     evaluates\n"), run.said());
    assertFalse(run.said().contains("note: "), run.said());
    assertPlans("zlib 1.3.1");
  }

  @Test
  void aFunctionOfASystemCannotBeCrossCompiled() throws Exception {
    Path file =
        write(
            "image.nix",
            "{ system }: { tool = (import <nixpkgs> { localSystem = system; }).zlib; }");
    BuildFolder.Run run = init(file.toString(), "--attr", "tool");
    assertTrue(run.said().contains(" cross     does not evaluate"), run.said());
    assertTrue(run.said().contains("so it cannot be cross-compiled"), run.said());
    assertPlans("zlib 1.3.1");
  }

  @Test
  void aFunctionOfBothSystems() throws Exception {
    Path file =
        write(
            "image.nix",
            "{ system, crossSystem ? null }:"
                + " (import <nixpkgs> { localSystem = system; inherit crossSystem; }).zlib");
    BuildFolder.Run run = init(file.toString());
    assertTrue(run.said().contains(" cross     evaluates\n"), run.said());
    assertPlans("zlib 1.3.1");
  }

  /** Many a flake has an overlay for something else. */
  @Test
  void aFlakeWithPackagesAndAnotherOverlay() throws Exception {
    Path flake =
        flake(
            "{ overlays.default = final: prev: { other = prev.zlib; };"
                + " packages.riscv64-linux.tool ="
                + " (import nixpkgs { localSystem = \"riscv64-linux\"; }).zlib; }");
    BuildFolder.Run run = init(flake + "#tool");
    assertTrue(run.said().contains(" emulated  evaluates\n"), run.said());
    assertTrue(run.said().contains("overlays.default of the flake has not got it"), run.said());
  }

  /** As nix build takes them: they need not be packages of the flake. */
  @ParameterizedTest
  @ValueSource(strings = {"images.board", "board"})
  void aDerivationSomewhereInAFlake(String attribute) throws Exception {
    Path flake =
        flake(
            "rec { board = (import nixpkgs { localSystem = \"riscv64-linux\"; }).zlib;"
                + " images.board = board; overlays.default = final: prev: { }; }");
    BuildFolder.Run run = init(flake + "#" + attribute);
    assertTrue(run.said().contains(FOR_BOARD), run.said());
    assertTrue(run.said().contains(" emulated  evaluates\n"), run.said());
    assertTrue(run.said().contains(" cross     does not evaluate"), run.said());
    assertTrue(
        run.said()
            .contains(
                "note: "
                    + attribute
                    + " is taken as it is written: built on riscv64-linux for riscv64-linux"),
        run.said());
    assertPlans("zlib 1.3.1");
  }

  /** It is in the packages of the desk, but for the board. */
  @ParameterizedTest
  @ValueSource(strings = {"packages.x86_64-linux.cross-img", "cross-img"})
  void aPackageOfAFlakeThatIsCrossCompiled(String attribute) throws Exception {
    Path flake =
        flake(
            "{ overlays.default = final: prev: { other = prev.zlib; };"
                + " packages.x86_64-linux.cross-img = (import nixpkgs { localSystem ="
                + " \"x86_64-linux\"; crossSystem = \"riscv64-linux\"; }).zlib; }");
    BuildFolder.Run run = init(flake + "#" + attribute);
    assertTrue(run.said().contains(FOR_BOARD), run.said());
    assertTrue(run.said().contains(" cross     evaluates\n"), run.said());
    assertFalse(run.said().contains("overlays.default"), run.said());
    assertPlans("zlib 1.3.1");
  }

  @Test
  void whyADerivationInAFlakeDoesNotEvaluateIsTold() throws Exception {
    Path flake =
        flake("{ images.board = throw \"its sources are missing\"; images.set = { a = 1; }; }");
    String board = refused(flake + "#images.board");
    assertTrue(board.contains(": does not evaluate: its sources are missing"), board);
    String set = refused(flake + "#images.set");
    assertTrue(set.contains("images.set is no derivation but of type set"), set);
  }

  @Test
  void whatIsTakenAsItIsWrittenIsForNoOtherTarget() throws Exception {
    Path flake = flake("{ board = (import nixpkgs { localSystem = \"riscv64-linux\"; }).zlib; }");
    String said = refused(flake + "#board", "--target", "aarch64-linux");
    assertTrue(said.contains(" for riscv64-linux, not for aarch64-linux\nMaybe leave"), said);
  }

  private String refused(String... arguments) throws Exception {
    List<String> words =
        new ArrayList<>(List.of("init", "--output", folder.resolve("a.toml").toString()));
    words.addAll(List.of(arguments));
    BuildFolder.Run run = build.command(words.toArray(String[]::new));
    assertEquals(2, run.await(), run.said());
    return run.said();
  }

  /** Whatever is wrong with an image, and whenever that is found. */
  @Test
  void whereAnAttributeIsMisspeltNothingIsWritten() throws Exception {
    Path flake =
        flake(
            "rec { packages.riscv64-linux.tool ="
                + " (import nixpkgs { localSystem = \"riscv64-linux\"; }).zlib;"
                + " packages.x86_64-linux.desk ="
                + " (import nixpkgs { localSystem = \"x86_64-linux\"; }).zlib;"
                + " nixosConfigurations = { }; }");
    assertNothingIsWritten("toool evaluates in no instance for riscv64-linux", 1, flake + "#toool");
    BuildFolder.Run misspelt =
        build.command("init", "--output", manifest().toString(), flake + "#toool");
    assertEquals(1, misspelt.await());
    assertTrue(misspelt.said().contains("\nMaybe tool is meant.\n"), misspelt.said());
    assertNothingIsWritten(
        "toool evaluates in no instance", 1, flake + "#packages.riscv64-linux.toool");
    assertNothingIsWritten("desk evaluates in no instance for riscv64-linux", 1, flake + "#desk");
    assertNothingIsWritten("bord", 2, flake + "#nixosConfigurations.bord");
    assertNothingIsWritten(
        "nosuch evaluates in no instance",
        1,
        Fixtures.nixpkgs().toString(),
        "-A",
        "zlib",
        "-A",
        "nosuch");
    Path file = write("image.nix", "{ pkgs ? import <nixpkgs> { } }: { inherit (pkgs) zlib; }");
    assertNothingIsWritten("zlb evaluates in no instance", 1, file.toString(), "-A", "zlb");
    init(file.toString(), "-A", "zlib");
    List<String> before = written();
    assertRefused("zlb evaluates in no instance", 1, file.toString(), "-A", "zlb", "--force");
    assertEquals(before, written(), "as it was");
  }

  /** Whoever named no attribute is not told that one called image is missing. */
  @Test
  void ofAFunctionThatGivesASetAttributesAreToBeNamed() throws Exception {
    Path file = write("image.nix", "{ pkgs ? import <nixpkgs> { } }: { inherit (pkgs) zlib lz4; }");
    String said = refused(file.toString());
    assertTrue(said.contains(": gives a set, and it is not said what of it is the image\n"), said);
    assertTrue(said.contains("\nMaybe name attributes of it: --attr NAME, NAME one of lz4, zlib."));
    Path all = write("all.nix", "pkgs: pkgs");
    assertNothingIsWritten("Maybe it gives a set: name what of it is the image", 1, all.toString());
    Path number = write("number.nix", "42");
    assertTrue(
        refused(number.toString()).contains(": is of type int, and no derivation\nMaybe let"));
  }

  /** The manifest, which has the same mistake then, is not there yet. */
  @Test
  void aMistakeInAnOptionIsThatOfTheOption() throws Exception {
    Path file = write("image.nix", "{ pkgs ? import <nixpkgs> { } }: pkgs.zlib");
    String target = refused(file.toString(), "--target", "riscv64-linx");
    assertTrue(
        target.startsWith(
            "--target riscv64-linx: there is no kernel \"linx\"\nMaybe riscv64-linux is meant."),
        target);
    String march = refused(file.toString(), "--march", "banana");
    assertTrue(march.startsWith("--march banana: is no instruction set of riscv64-linux\n"), march);
  }

  @Test
  void withoutNixpkgsNixPathIsNamed() throws Exception {
    build.set("NIX_PATH", "");
    Path file = write("image.nix", "{ pkgs ? import <nixpkgs> { } }: pkgs.zlib");
    String said = refused(file.toString());
    assertTrue(said.contains("\nMaybe NIX_PATH lacks it: NIX_PATH=nixpkgs=/…"), said);
    assertTrue(said.startsWith(file + ": "), said);
    assertFalse(said.contains("a.toml"), "it is not there yet: " + said);
  }

  /** Nix looks up such a name, whether it is online or not. */
  @Test
  void aFolderThatIsNamedAsAFlakeMayBeMeant() throws Exception {
    write("near/flake.nix", "{ outputs = { self }: { }; }");
    build.startIn(folder);
    String said = refused("near#hello");
    assertTrue(said.contains("\nMaybe ./near#hello is meant: a path starts with ./"), said);
  }

  private void assertNothingIsWritten(String expected, int status, String... arguments)
      throws Exception {
    Files.createDirectories(manifest().getParent());
    assertRefused(expected, status, arguments);
    assertEquals(List.of(), written());
  }

  private void assertRefused(String expected, int status, String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of("init", "--output", manifest().toString()));
    words.addAll(List.of(arguments));
    BuildFolder.Run run = build.command(words.toArray(String[]::new));
    assertEquals(status, run.await(), run.said());
    assertTrue(run.said().contains(expected), run.said());
  }

  /** Names and texts of all files beside the manifest, hidden ones too. */
  private List<String> written() throws IOException {
    List<String> written = new ArrayList<>();
    try (Stream<Path> files = Files.list(manifest().getParent())) {
      for (Path file : files.sorted().toList()) {
        written.add(file.getFileName() + "\n" + Files.readString(file));
      }
    }
    return written;
  }

  @Test
  void whatNixMayNotReadIsToldWithTheRemedies() throws Exception {
    Path image = write("image/default.nix", "{ pkgs ? import <nixpkgs> { } }: pkgs.zlib");
    build.set("NIX_CONFIG", build.environment().get("NIX_CONFIG") + "restrict-eval = true\n");
    assertNothingIsWritten("NIX_PATH=more=" + image, 2, image.toString());
  }

  /** As nixpkgs has them: the package is meant, for that platform. */
  @Test
  void aPackageOfASetForAnotherPlatform() throws Exception {
    Path file = write("set.nix", SET_WITH_CROSS.formatted(Fixtures.nixpkgs()));
    BuildFolder.Run run = init(file.toString(), "-A", "pkgsCross.riscv64.zlib");
    assertIsInThreeInstances(run);
    assertTrue(Files.readString(manifest()).contains("image = [\"zlib\"]"));
    assertRefused("riscv65", 2, file.toString(), "-A", "pkgsCross.riscv65.zlib", "--force");
    String two = "cannot be in one manifest";
    assertRefused(
        two,
        2,
        file.toString(),
        "-A",
        "pkgsCross.riscv64.zlib",
        "-A",
        "pkgsCross.arm.zlib",
        "--force");
  }

  private static final String SET_WITH_CROSS =
      """
      { localSystem ? "x86_64-linux", crossSystem ? null, overlays ? [ ], config ? { } }@given:
      let of = more: import %s (given // more);
      in of { } // {
        pkgsCross.riscv64 = of { crossSystem = { config = "riscv64-unknown-linux-gnu"; gcc.arch = "rv64gcv"; }; };
        pkgsCross.arm.stdenv.hostPlatform = { system = "aarch64-linux"; config = "aarch64-unknown-linux-gnu"; };
      }
      """;

  private void assertIsInThreeInstances(BuildFolder.Run run) throws Exception {
    assertTrue(run.said().contains(", for riscv64-linux (rv64gcv)\n"), run.said());
    for (String instance : List.of("native  ", "emulated", "cross   ")) {
      assertTrue(run.said().contains(" " + instance + "  evaluates\n"), run.said());
    }
    assertPlans("zlib 1.3.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "legacyPackages.x86_64-linux.pkgsCross.riscv64.zlib",
        "pkgsCross.riscv64.zlib",
        "pkgsCross.riscv64.\"zlib\""
      })
  void aPackageOfAFlakeForAnotherPlatform(String attribute) throws Exception {
    Path set = write("set.nix", SET_WITH_CROSS.formatted(Fixtures.nixpkgs()));
    Path flake =
        flake(
            "{ legacyPackages = builtins.listToAttrs (map (name: { inherit name;"
                + " value = import ./set.nix { localSystem = name; }; })"
                + " [ \"x86_64-linux\" \"riscv64-linux\" ]); }");
    Files.copy(set, flake.resolve("set.nix"));
    assertIsInThreeInstances(init(flake + "#" + attribute));
  }

  /** The flake lists it for the board as well, built there. */
  @Test
  void aCrossCompiledPackageOfAFlakeThatIsListedForTheBoardToo() throws Exception {
    Path flake =
        flake(
            "{ packages.x86_64-linux.cross-img = (import nixpkgs { localSystem ="
                + " \"x86_64-linux\"; crossSystem = \"riscv64-linux\"; }).zlib;"
                + " packages.riscv64-linux.cross-img ="
                + " (import nixpkgs { localSystem = \"riscv64-linux\"; }).zlib; }");
    BuildFolder.Run run = init(flake + "#packages.x86_64-linux.cross-img");
    assertTrue(run.said().contains(" native    does not evaluate\n"), run.said());
    assertTrue(run.said().contains(" emulated  evaluates\n"), run.said());
    assertTrue(run.said().contains(" cross     evaluates\n"), run.said());
    assertTrue(
        run.said().contains("cross-compiled as the flake has it, on x86_64-linux for riscv64"),
        run.said());
    assertPlans("zlib 1.3.1");
  }

  /** Nothing but its flags tells what it is for: it names no stdenv. */
  @Test
  void aDerivationOfAFlakeThatNamesNoStdenv() throws Exception {
    Path flake =
        flake(
            "{ packages.x86_64-linux.tool = derivation { name = \"tool\"; system ="
                + " \"x86_64-linux\"; builder = \"/bin/sh\"; configureFlags ="
                + " [ \"--build=x86_64-unknown-linux-gnu\" \"--host=riscv64-unknown-linux-gnu\" ]; }; }");
    BuildFolder.Run run = init(flake + "#packages.x86_64-linux.tool");
    assertTrue(run.said().contains(FOR_BOARD), run.said());
    assertTrue(run.said().contains(" cross     evaluates\n"), run.said());
    assertPlans("tool");
  }

  /** As of one that no system of nixpkgs' lib made. */
  @Test
  void aConfigurationThatCannotBeExtended() throws Exception {
    Path flake =
        flake(
            "{ nixosConfigurations.\"my.board\".config.system.build.image ="
                + " (import nixpkgs { localSystem = \"riscv64-linux\"; }).zlib; }");
    BuildFolder.Run run =
        init(flake + "#nixosConfigurations.\"my.board\".config.system.build.image");
    assertTrue(run.said().contains(FOR_BOARD), run.said());
    assertTrue(run.said().contains(" emulated  evaluates\n"), run.said());
    assertPlans("zlib 1.3.1");
    BuildFolder.Run chosen = init(flake + "#nixosConfigurations.\"my.board\"", "--force");
    assertTrue(
        chosen
            .said()
            .contains("nixosConfigurations.\"my.board\": takes config.system.build.image, "),
        chosen.said());
  }

  /** From where one is, by its file, and below another folder. */
  @Test
  void aFlakeInAnyFolder() throws Exception {
    Path flake =
        flake(
            "{ packages.riscv64-linux = let set = import nixpkgs { localSystem = \"riscv64-linux\"; };"
                + " in { \"tool.one\" = set.zlib; tool = set.zlib; }; }");
    Path here = Path.of("").toAbsolutePath().relativize(flake);
    Path link = Files.createSymbolicLink(folder.resolve("link"), flake);
    for (String name :
        List.of(here.toString(), here + "/flake.nix", folder + "?dir=flake", link.toString())) {
      for (String attribute : List.of("tool", "\"tool.one\"")) {
        BuildFolder.Run run = init(name + "#" + attribute, "--force");
        assertTrue(run.said().contains(" emulated  evaluates\n"), run.said());
      }
      assertPlans("zlib 1.3.1");
    }
  }

  /** Nix takes it from some version on; before that it is told what to do. */
  @Test
  void aFlakeInAFolderWithASpace() throws Exception {
    flake(
        "{ packages.riscv64-linux.tool ="
            + " (import nixpkgs { localSystem = \"riscv64-linux\"; }).zlib; }");
    Path flake = Files.move(folder.resolve("flake"), folder.resolve("a flake"));
    Files.createDirectories(manifest().getParent());
    BuildFolder.Run run = build.command("init", "--output", manifest().toString(), flake + "#tool");
    if (run.await() != 0) {
      String remedy = folder + "?dir=a flake";
      assertTrue(
          run.said().contains("\nMaybe this Nix takes it from the folder above: "), run.said());
      assertTrue(run.said().contains(remedy + "#…"), run.said());
      assertEquals(List.of(), written());
      init(remedy + "#tool");
    }
    assertPlans("zlib 1.3.1");
  }

  /** For the only system that it is listed for. */
  @Test
  void aPackageThatIsListedForOneSystem() throws Exception {
    Path flake =
        flake(
            "{ packages.aarch64-linux.tool = derivation { name = \"tool\"; system ="
                + " \"aarch64-linux\"; builder = \"/bin/sh\"; }; }");
    for (String attribute : List.of("tool", "packages.aarch64-linux.tool")) {
      BuildFolder.Run run = init(flake + "#" + attribute, "--force");
      assertTrue(run.said().contains(", for aarch64-linux\n"), run.said());
      assertTrue(run.said().contains(" emulated  evaluates\n"), run.said());
    }
  }

  @Test
  void aFlakeWithAnOverlay() throws Exception {
    Path flake =
        flake("{ overlays.default = final: prev: { tool = prev.zlib; }; packages = { }; }");
    init(flake + "#tool");
    assertPlans("zlib 1.3.1");
  }

  @Test
  void aFlakeWithPackagesOnly() throws Exception {
    Path flake =
        flake(
            "{ packages.riscv64-linux.tool ="
                + " (import nixpkgs { localSystem = \"riscv64-linux\"; }).zlib; }");
    BuildFolder.Run run = init(flake + "#packages.riscv64-linux.tool");
    assertTrue(run.said().contains("the flake has no overlays.default"), run.said());
    assertPlans("zlib 1.3.1");
  }

  /** As much of NixOS as is asked: a configuration that can be extended by platforms. */
  private Path configuration(String build) throws Exception {
    return flake(
        """
        let
          force = value: value.content or value;
          evaluate = { buildPlatform, hostPlatform, overlays ? [ ] }:
            let
              pkgs = import nixpkgs {
                inherit overlays;
                localSystem = force buildPlatform;
                crossSystem = if force buildPlatform == force hostPlatform then null else force hostPlatform;
              };
            in
            {
              pkgs = pkgs // { stdenv = pkgs.stdenv // { hostPlatform = { system = "riscv64-linux"; gcc.arch = "rv64gcv"; }; }; };
              config.system.build = %s;
              extendModules = { modules }:
                evaluate (builtins.head modules { lib.mkForce = content: { inherit content; }; }).nixpkgs;
            };
        in
        { nixosConfigurations.board = evaluate rec { buildPlatform = "riscv64-linux"; hostPlatform = buildPlatform; }; }
        """
            .formatted(build));
  }

  @Test
  void aConfiguration() throws Exception {
    Path flake = configuration("{ toplevel = pkgs.zlib; vm = throw \"of a desk\"; }");
    BuildFolder.Run run = init(flake + "#nixosConfigurations.board");
    assertTrue(run.said().contains(", for riscv64-linux (rv64gcv)\n"), run.said());
    assertTrue(run.said().contains(" cross     evaluates\n"), run.said());
    assertTrue(
        run.said()
            .contains(
                "nixosConfigurations.board: takes config.system.build.toplevel, the system: there is"
                    + " no sdImage, isoImage or image of it; others:\n  "
                    + flake
                    + "#nixosConfigurations.board.config.system.build.vm\n"),
        run.said());
    assertPlans("zlib 1.3.1");
  }

  /** Who names a configuration of a board wants what is written to its card. */
  @Test
  void theImageOfAConfigurationComesBeforeTheSystemInIt() throws Exception {
    Path flake =
        configuration(
            "{ toplevel = pkgs.zlib; sdImage = pkgs.popt; image = throw \"not asked for\";"
                + " images = { iso = throw \"neither\"; \"raw.efi\" = 1; }; }");
    String board = flake + "#nixosConfigurations.board";
    BuildFolder.Run run = init(board);
    String build = "\n  " + board + ".config.system.build.";
    assertTrue(
        run.said()
            .contains(
                "nixosConfigurations.board: takes config.system.build.sdImage, the image that the"
                    + " system is in; others:"
                    + build
                    + "image"
                    + build
                    + "toplevel"
                    + build
                    + "images.NAME, NAME one of iso, \"raw.efi\"\n"),
        run.said());
    assertPlans("popt ");
    BuildFolder.Run named = init(board + ".config.system.build.toplevel", "--force");
    assertFalse(named.said().contains("others:"), named.said());
    assertPlans("zlib 1.3.1");
  }

  /** It has no stick of its own, though the name is there. */
  @Test
  void anImageThatIsNotDefinedIsNotTaken() throws Exception {
    Path flake =
        configuration(
            "{ toplevel = pkgs.zlib; sdImage = throw \"used but not defined\"; isoImage = pkgs.popt;"
                + " images = throw \"used but not defined\"; }");
    BuildFolder.Run run = init(flake + "#nixosConfigurations.board");
    assertTrue(run.said().contains(": takes config.system.build.isoImage, "), run.said());
    assertFalse(run.said().contains(".build.sdImage"), run.said());
    assertFalse(run.said().contains("images.NAME"), run.said());
    assertPlans("popt ");
  }

  @Test
  void whatIsThereIsKept() throws Exception {
    init(Fixtures.nixpkgs().toString(), "-A", "zlib");
    String text = Files.readString(manifest());
    BuildFolder.Run again =
        build.command(
            "init", Fixtures.nixpkgs().toString(), "-A", "git", "--output", manifest().toString());
    assertEquals(2, again.await());
    assertTrue(again.said().contains(": is there already\nMaybe name another"), again.said());
    assertEquals(text, Files.readString(manifest()));
    init(Fixtures.nixpkgs().toString(), "-A", "git", "--force");
    assertTrue(Files.readString(manifest()).contains("image = [\"git\"]"));
  }

  /** It has decided for itself what it is for: that can be made, and nothing else. */
  @Test
  void aSetThatTakesNoPlatform() throws Exception {
    write(
        "image/default.nix",
        """
        let of = platform: (import <nixpkgs> ({ localSystem = "x86_64-linux"; } // platform)).zlib;
        in {
          desk = of { };
          emulated = of { localSystem = "riscv64-linux"; };
          board = of { crossSystem = { config = "riscv64-unknown-linux-gnu"; gcc.arch = "rv64gcv"; }; };
          number = 1;
        }
        """);
    String image = folder.resolve("image").toString();
    BuildFolder.Run run = init(image, "-A", "board");
    assertTrue(run.said().contains(", for riscv64-linux (rv64gcv)\n"), run.said());
    assertTrue(run.said().contains(" emulated  does not evaluate\n"), run.said());
    assertTrue(run.said().contains(" cross     evaluates\n"), run.said());
    assertTrue(run.said().contains("note: board is taken as it is written"), run.said());
    assertPlans("zlib 1.3.1");
    run = init(image, "-A", "emulated", "--force");
    assertTrue(run.said().contains(" emulated  evaluates\n"), run.said());
    assertTrue(run.said().contains(" cross     does not evaluate\n"), run.said());
    run = init(image, "-A", "desk", "--force");
    assertTrue(run.said().contains(", for x86_64-linux\n"), run.said());
    assertTrue(run.said().contains(" native    evaluates\n"), run.said());
    String unnamed = refused(image);
    assertTrue(
        unnamed.contains("\nMaybe name attributes of it: --attr NAME, NAME one of "), unnamed);
    String number = refused(image, "-A", "number");
    assertTrue(number.contains(": number is no derivation\n"), number);
    String other = refused(image, "-A", "desk", "--target", "riscv64-linux");
    assertTrue(other.contains(" for x86_64-linux, not for riscv64-linux\nMaybe leave"), other);
  }

  @Test
  void aDerivationThatTakesNoPlatform() throws Exception {
    Path file = write("fixed.nix", "(import <nixpkgs> { }).zlib");
    BuildFolder.Run run = init(file.toString());
    assertTrue(run.said().contains(" native    evaluates\n"), run.said());
    assertTrue(run.said().contains("note: the image is taken as it is written"), run.said());
    assertPlans("zlib 1.3.1");
  }

  /** Each manifest has its package set, the same where it is the same. */
  @Test
  void severalManifestsInOneFolder() throws Exception {
    write(
        "image/default.nix",
        "{ a = (import <nixpkgs> { }).zlib; b = (import <nixpkgs> { }).popt; }");
    write("other.nix", "{ pkgs ? import <nixpkgs> { } }: { inherit (pkgs) zlib popt; }");
    init(folder.resolve("other.nix").toString(), "-A", "zlib");
    Path second = manifest().resolveSibling("second.toml");
    Path third = manifest().resolveSibling("third.toml");
    for (Path each : List.of(second, third)) {
      boolean isSecond = each.equals(second);
      BuildFolder.Run run =
          build.command(
              "init",
              folder.resolve(isSecond ? "other.nix" : "image").toString(),
              "-A",
              isSecond ? "popt" : "b",
              "--output",
              each.toString());
      assertEquals(0, run.await(), run.said());
    }
    assertTrue(Files.readString(second).contains("\"./package-set.nix\""));
    assertTrue(Files.readString(third).contains("\"./package-set-2.nix\""));
    init(folder.resolve("image").toString(), "-A", "a", "--force");
    assertTrue(
        Files.readString(manifest()).contains("\"./package-set-3.nix\""),
        "the first is also that of the second manifest");
    init(folder.resolve("other.nix").toString(), "-A", "zlib", "--force");
    assertTrue(
        Files.readString(manifest()).contains("\"./package-set-3.nix\""), "its own is replaced");
    assertPlans("zlib 1.3.1");
  }
}

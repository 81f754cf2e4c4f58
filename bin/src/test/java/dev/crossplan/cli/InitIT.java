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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** First manifests of images in all forms, evaluated by real Nix, and plans of them. */
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

  @Test
  void whereNothingEvaluatesThatIsAFailure() throws Exception {
    BuildFolder.Run run =
        build.command(
            "init",
            Fixtures.nixpkgs().toString(),
            "-A",
            "nosuch",
            "--output",
            folder.resolve("a.toml").toString());
    assertEquals(1, run.await());
    assertTrue(run.said().contains("nothing of the image evaluates\n"), run.said());
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
  @Test
  void aConfiguration() throws Exception {
    Path flake =
        flake(
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
                  config.system.build.toplevel = pkgs.zlib;
                  extendModules = { modules }:
                    evaluate (builtins.head modules { lib.mkForce = content: { inherit content; }; }).nixpkgs;
                };
            in
            { nixosConfigurations.board = evaluate rec { buildPlatform = "riscv64-linux"; hostPlatform = buildPlatform; }; }
            """);
    BuildFolder.Run run = init(flake + "#nixosConfigurations.board");
    assertTrue(run.said().contains(", for riscv64-linux (rv64gcv)\n"), run.said());
    assertTrue(run.said().contains(" cross     evaluates\n"), run.said());
    assertPlans("zlib 1.3.1");
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
    assertTrue(unnamed.contains("\nMaybe name attributes of it: --attr NAME."), unnamed);
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

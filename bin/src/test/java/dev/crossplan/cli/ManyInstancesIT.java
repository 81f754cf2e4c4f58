package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.fixtures.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand entries of twelve distinct instances, as a large flake writes them module by module.
 */
class ManyInstancesIT {
  private static final int ENTRIES = 1000;

  private final Path folder;
  private final BuildFolder build;

  ManyInstancesIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.build = new BuildFolder(folder);
  }

  /** A nix-instantiate that notes each run. */
  @BeforeEach
  void countRuns() throws Exception {
    String real = build.nix().run("sh", "-c", "command -v nix-instantiate");
    Path programs = Files.createDirectories(folder.resolve("programs"));
    Path counting = programs.resolve("nix-instantiate");
    Files.writeString(
        counting,
        "#!/bin/sh\necho run >>" + folder.resolve("runs") + "\nexec " + real + " \"$@\"\n");
    assertTrue(counting.toFile().setExecutable(true));
    build.set("PATH", programs + ":" + build.environment().get("PATH"));
  }

  @AfterEach
  void allowDeletion() throws IOException {
    build.nix().allowDeletion();
  }

  private int runs() throws IOException {
    return Files.readAllLines(folder.resolve("runs")).size();
  }

  /** What an entry says, by its number: twelve kinds, some in several spellings. */
  private static String instance(int number) {
    boolean again = number >= 12 && number / 12 % 2 == 1;
    return switch (number % 12) {
      case 0 -> "localSystem = \"x86_64-linux\"";
      case 1 ->
          again
              ? "localSystem = { config = \"riscv64-unknown-linux-gnu\" }"
              : "localSystem = \"riscv64-linux\"";
      case 2 ->
          again
              ? cross("gcc = { arch = \"rv64imafdc_zicsr_zifencei\" }")
              : cross("gcc = { arch = \"rv64gc\" }");
      case 3 -> cross("gcc = { arch = \"rv64gcv\" }");
      case 4 -> cross("gcc = { arch = \"rv64gc\", abi = \"lp64d\" }");
      case 5 -> cross("gcc = { arch = \"rv64gc\", tune = \"sifive-u74\" }");
      default -> "localSystem = \"riscv64-linux\"\noverlays = [\"overlay" + number % 12 + ".nix\"]";
    };
  }

  private static String cross(String gcc) {
    return "localSystem = \"x86_64-linux\"\n"
        + "crossSystem = { config = \"riscv64-unknown-linux-gnu\", "
        + gcc
        + " }";
  }

  private Path manifest() throws IOException {
    for (int overlay = 6; overlay < 12; overlay++) {
      Files.writeString(
          folder.resolve("overlay" + overlay + ".nix"),
          "final: prev: { zlib = prev.zlib.overrideAttrs (old: { postPatch = \"echo %d\"; }); }\n"
              .formatted(overlay));
    }
    StringBuilder manifest = new StringBuilder();
    manifest.append(
        """
        image = ["zlib"]
        target = { system = "riscv64-linux", march = "rv64gc" }
        evaluation = { memory = 1024 }
        [[builder]]
        name = "desk"
        systems = ["x86_64-linux"]
        emulates = ["riscv64-linux"]
        """);
    for (int number = 0; number < ENTRIES; number++) {
      manifest.append(
          """
          [[instance]]
          name = "module%d"
          nixpkgs = "%s"
          %s
          """
              .formatted(number, Fixtures.nixpkgs(), instance(number)));
    }
    return Files.writeString(folder.resolve("crossplan.toml"), manifest);
  }

  @Test
  void twelveAreEvaluatedAndTheOthersAreNamed() throws Exception {
    Path manifest = manifest();
    BuildFolder.Run plan = build.command("plan", manifest.toString());
    assertEquals(0, plan.await(), plan.said());
    assertEquals(12, runs());

    BuildFolder.Run lint = build.command("lint", manifest.toString(), "--all");
    assertEquals(0, lint.await(), lint.said());
    List<String> same =
        lint.said().lines().filter(line -> line.endsWith("[same-instance]")).toList();
    assertEquals(11, same.size(), "module4, with the usual abi, evaluates to what module2 does");
    assertTrue(
        same.get(0)
            .startsWith(
                "warning: module12, module24, module36, module48, module60 and 78 more are the same"
                    + " instance as module0: 83 evaluations of "),
        same.get(0));
    assertTrue(
        lint.said()
            .contains(
                "gcc.arch of module3 asks for rv64gcv, which the board, rv64gc, has not got: "),
        lint.said());
  }
}

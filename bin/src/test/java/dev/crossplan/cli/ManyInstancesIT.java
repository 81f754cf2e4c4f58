package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.fixtures.CountedProgram;
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
  private CountedProgram instantiate;

  ManyInstancesIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.build = new BuildFolder(folder);
  }

  @BeforeEach
  void countRuns() throws IOException {
    instantiate = CountedProgram.of(folder.resolve("programs"), "nix-instantiate");
    build.set("PATH", instantiate.path());
  }

  @AfterEach
  void allowDeletion() throws IOException {
    build.nix().allowDeletion();
  }

  @Test
  void twelveAreEvaluatedAndTheOthersAreNamed() throws Exception {
    Path thousand = folder.resolve("thousand");
    build.nix().run(Fixtures.instances().resolve("thousand").toString(), thousand.toString());
    Path manifest = thousand.resolve("crossplan.toml");
    assertEquals(
        ENTRIES,
        Files.readAllLines(manifest).stream().filter(line -> line.equals("[[instance]]")).count());
    BuildFolder.Run plan = build.command("plan", manifest.toString());
    assertEquals(0, plan.await(), plan.said());
    assertEquals(12, instantiate.runs().size());

    BuildFolder.Run lint = build.command("lint", manifest.toString(), "--all");
    assertEquals(0, lint.await(), lint.said());
    assertEquals(12, instantiate.runs().size(), "what lint asks for was evaluated for the plan");
    assertEquals(
        12,
        lint.said().lines().filter(line -> line.matches(".* [0-9.]+ s +[0-9,]+ MiB .*")).count(),
        lint.said());
    List<String> same =
        lint.said().lines().filter(line -> line.endsWith("[same-instance]")).toList();
    assertEquals(12, same.size(), "no two of the twelve evaluate to the same");
    assertTrue(
        same.get(0)
            .startsWith(
                "warning: module12, module24, module36, module48, module60 and 78 more are the same"
                    + " instance as module0: they are written 84 times, and evaluated once, which took"
                    + " "),
        same.get(0));
    assertTrue(
        lint.said()
            .contains(
                "gcc.arch of module3, rv64gcv, asks for v, which the board, rv64gc, has not got: "),
        lint.said());
  }
}

package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.fixtures.Fixtures;
import dev.crossplan.fixtures.PrivateNix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans instances that have to be evaluated first, with the Nix that is installed. */
class EvaluatedPlanIT {
  private static final Pattern GRAPH =
      Pattern.compile("derivations = \"(\\w+)\\.json\\.gz\"\\njobs .*");
  private static final Pattern ATTRIBUTE = Pattern.compile("\"attr\": ?\"([^\"]+)\"");

  private final Path folder;
  private final PrivateNix nix;

  EvaluatedPlanIT(@TempDir Path folder) {
    this.folder = folder;
    this.nix = PrivateNix.rootedIn(folder.resolve("root"));
  }

  @AfterEach
  void allowDeletion() throws IOException {
    nix.allowDeletion();
  }

  @Test
  void thePlanIsThatOfTheGraphsThatWereEvaluatedBefore() throws Exception {
    Path board = Fixtures.image("board");
    String manifest = Files.readString(board.resolve("crossplan.toml"));
    Files.copy(board.resolve("costs.csv"), folder.resolve("costs.csv"));
    Matcher graph = GRAPH.matcher(manifest);
    StringBuilder evaluating = new StringBuilder();
    while (graph.find()) {
      Path jobs = board.resolve(graph.group(1) + ".jobs.jsonl");
      graph.appendReplacement(
          evaluating,
          Matcher.quoteReplacement(
              "nixpkgs = \"" + Fixtures.nixpkgs() + "\"\nattrs = " + attributes(jobs)));
    }
    graph.appendTail(evaluating);
    assertFalse(evaluating.toString().contains("derivations"), "the manifest has changed");
    Path file = Files.writeString(folder.resolve("crossplan.toml"), evaluating);

    assertEquals(plan(board.resolve("crossplan.toml")), plan(file));
  }

  private static String attributes(Path jobs) throws IOException {
    Matcher attribute = ATTRIBUTE.matcher(Files.readString(jobs));
    return attribute
        .results()
        .map(found -> '"' + found.group(1) + '"')
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** Without the places in messages of Nix, which are not in the jobs. */
  private String plan(Path manifest) throws IOException, InterruptedException {
    Path plan = folder.resolve("plan.json");
    Process process = crossplan(manifest, plan);
    assertTrue(process.waitFor(300, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), Files.readString(folder.resolve("said")));
    return Files.readString(plan).replaceAll(" \\(/[^ ]*\\.nix:\\d+:\\d+\\)", "");
  }

  @Test
  void noNixIsLeftWhenCrossplanIsTerminated() throws Exception {
    Files.writeString(
        folder.resolve("slow.nix"),
        """
        final: prev: {
          slow = let sum = n: builtins.foldl' (a: _: if n == 0 then a else sum (n - 1)) 0 (builtins.genList (x: x) 1000);
                 in builtins.seq (sum 10) prev.zlib;
        }
        """);
    Path manifest =
        Files.writeString(
            folder.resolve("crossplan.toml"),
            """
            image = ["slow"]
            target = { system = "riscv64-linux" }
            [[instance]]
            name = "emulated"
            localSystem = "riscv64-linux"
            nixpkgs = "%s"
            overlays = ["slow.nix"]
            """
                .formatted(Fixtures.nixpkgs()));
    Process process = crossplan(manifest, folder.resolve("plan.json"));
    ProcessHandle evaluating = awaitNix(process);
    process.destroy();
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    evaluating.onExit().get(30, TimeUnit.SECONDS);
    assertFalse(evaluating.isAlive());
    try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
      assertEquals(List.of(), left.filter(file -> file.toString().contains("crossplan")).toList());
    }
  }

  private ProcessHandle awaitNix(Process process) throws IOException, InterruptedException {
    for (int round = 0; round < 600 && process.isAlive(); round++) {
      Optional<ProcessHandle> found = process.descendants().findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      Thread.sleep(50);
    }
    throw new AssertionError("Nix was not started: " + Files.readString(folder.resolve("said")));
  }

  private Process crossplan(Path manifest, Path plan) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.crossplan.cli.Crossplan",
                    "plan",
                    manifest.toString(),
                    "--format",
                    "json",
                    "--output",
                    plan.toString()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile());
    builder.environment().putAll(nix.environment());
    return builder.start();
  }
}

package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.crossplan.fixtures.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Manifests of real package sets, and what commands say of them. */
final class RealManifests {
  static final Path BOARD = Fixtures.image("board");

  private static final Path SHARED =
      Path.of(System.getProperty("shared", "../../shared")).toAbsolutePath().normalize();

  private RealManifests() {}

  /** One of git's manifests in a folder beside the repository; without it the test is skipped. */
  static Path git(String name) {
    Path manifest = SHARED.resolve("graphs/git").resolve(name);
    assumeTrue(
        Files.exists(manifest),
        "there is no " + manifest + ": it is no part of the repository; -Dshared=FOLDER names it");
    return manifest;
  }

  /** The text of one of the board's manifests, to be written into whatever folder. */
  static String ofBoard(String name) throws IOException {
    return Files.readString(BOARD.resolve(name))
        .replaceAll("= \"(native|emulated|cross|costs)\\.", "= \"" + BOARD + "/$1.");
  }

  /** What a command says as JSON, and nothing besides. */
  static String json(String command, Path manifest, String... options) {
    List<String> arguments = new ArrayList<>(List.of(command, manifest.toString()));
    arguments.addAll(List.of("--format", "json"));
    arguments.addAll(List.of(options));
    CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
    assertEquals("", run.err());
    assertEquals(ExitStatus.DONE, run.status());
    return run.out();
  }
}

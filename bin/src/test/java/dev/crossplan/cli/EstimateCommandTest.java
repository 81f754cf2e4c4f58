package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.fixtures.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code estimate} makes of its options, and says beside the estimate. */
class EstimateCommandTest {
  private static final Path SHELL = Fixtures.image("shell");

  /** Has whatever the image needs. */
  private static final String DESK = "desk: x86_64-linux, features big-parallel, 2 slots";

  private final Path folder;

  EstimateCommandTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** The manifest of the shell image, elsewhere and with other builders. */
  private Path shell(String builders) throws IOException {
    String text =
        Files.readString(SHELL.resolve("crossplan.toml"))
            .replaceAll("= \"(native|emulated|cross|\\.\\.)([./])", "= \"" + SHELL + "/$1$2");
    String without =
        text.substring(0, text.indexOf("[[builder]]"))
            + text.substring(text.indexOf("[[substituter]]"));
    return Files.writeString(folder.resolve("crossplan.toml"), without + "\n" + builders);
  }

  /** Whoever asks what another machine would add does not ask what it would do alone. */
  @Test
  void whereNoBuilderIsNamedAnotherIsBesideThisMachine() throws IOException {
    Path unnamed = shell("");
    String beside = RealManifests.json("estimate", unnamed, "--with-builder", DESK);
    assertTrue(beside.contains("\"name\" : \"local\""), beside);
    String alone =
        RealManifests.json("estimate", unnamed, "--with-builder", DESK, "--without", "local");
    Path named =
        shell(
            """
            [[builder]]
            name = "desk"
            systems = ["x86_64-linux"]
            features = ["big-parallel"]
            slots = 2
            """);
    assertEquals(RealManifests.json("estimate", named), alone);
    String help = CommandLineRun.of("estimate", "--help").out().replaceAll("\\s+", " ");
    assertTrue(help.contains("--without local"), help);
  }
}

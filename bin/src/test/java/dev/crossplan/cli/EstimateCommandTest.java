package dev.crossplan.cli;

import static dev.crossplan.fixtures.HandMade.BOARD;
import static dev.crossplan.fixtures.HandMade.built;
import static dev.crossplan.fixtures.HandMade.download;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.fixtures.Fixtures;
import dev.crossplan.fixtures.HandMade;
import dev.crossplan.fixtures.ImageFolder;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Entry;
import dev.crossplan.planner.history.History;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** Python takes as long as it does because of them, so whoever reads how long has to know. */
  @Test
  void whichToolsAnEmulatedBuildHasIsTold() {
    Path mixed = RealManifests.BOARD.resolve("mixed.toml");
    String json = RealManifests.json("estimate", mixed, "--longest", "1000");
    String step = "(?s).*\"package\" : \"%s\"[^}]*\"strategy\" : \"%s\",\\s+%s.*";
    String hasTools = String.format(step, "python3", "emulated", "\"toolSet\" : \"native\",");
    int paths = json.indexOf("\"criticalPath\"");
    assertTrue(json.substring(0, paths).matches(hasTools), json);
    assertTrue(json.substring(paths).matches(hasTools), json);
    assertTrue(json.matches(String.format(step, "glibc", "cross", "\"builder\"")), json);

    String text = CommandLineRun.of("estimate", mixed.toString()).out();
    assertEquals(
        2,
        text.lines()
            .filter(line -> line.matches(" python3 [0-9.]+ +emulated  native  desk .*"))
            .count(),
        text);
    String without =
        CommandLineRun.of("estimate", mixed.toString(), "--native-tools", "none").out();
    assertEquals(
        2,
        without.lines().filter(line -> line.matches(" python3 [0-9.]+ +emulated  desk .*")).count(),
        without);
  }

  @Test
  void severalBuildersCostAnHour() throws IOException {
    Path manifest =
        shell(
            """
            [[builder]]
            name = "desk"
            systems = ["x86_64-linux"]
            features = ["big-parallel"]
            hourly = 0.1
            [[builder]]
            name = "rack"
            systems = ["x86_64-linux"]
            features = ["big-parallel"]
            [[builder]]
            name = "shed"
            systems = ["x86_64-linux"]
            features = ["big-parallel"]
            watts = 9
            """);
    CommandLineRun run = CommandLineRun.of("estimate", manifest.toString());
    assertTrue(
        run.says(
            " What rack and shed cost an hour is unknown: money is without that, at least. What"
                + " desk and rack draw is unknown: kWh is without that, at least."),
        run.out());
    CommandLineRun cheap =
        CommandLineRun.of("estimate", manifest.toString(), "--objective", "money");
    assertTrue(
        cheap.err().startsWith("what rack and shed cost an hour is unknown: for least money"),
        cheap.err());
  }

  private static Entry failed(HandMade derivation) {
    StorePath path = StorePath.parse(derivation.path());
    return new Entry(
        Action.BUILD,
        new Timing(
            "zlib",
            "1.3",
            Optional.of(BOARD),
            Optional.of(Strategy.EMULATED),
            "desk",
            Instant.parse("2026-01-01T00:00:00Z"),
            9,
            Circumstances.UNKNOWN),
        Optional.of("exit code 2"),
        Optional.of(path),
        Optional.of(path),
        Optional.of("desk"),
        true,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Entry.BUILD);
  }

  /** No other builder would help. */
  @ParameterizedTest
  @ValueSource(strings = {"estimate", "plan"})
  void whereNoWayIsLeftWhatFailedIsToBeMended(String command) throws Exception {
    HandMade zlib = built("zlib", "1.3", BOARD).from(download("zlib-1.3.tar.gz", "zlib"));
    Path manifest = new ImageFolder(folder).emulated(Map.of("zlib", zlib)).manifest("zlib");
    Map<String, String> environment = Map.of("XDG_STATE_HOME", folder.resolve("state").toString());
    try (History history = History.open(History.file(ImmutableMap.copyOf(environment)))) {
      history.addAll(List.of(failed(zlib)));
    }
    CommandLineRun run =
        CommandLineRun.elsewhere(environment, command, manifest.toString(), "--with-history");
    run.assertFailed(
        ExitStatus.NOT_POSSIBLE,
        "there is no plan for zlib:",
        "  zlib 1.3 must be built, but its emulated build failed on 2026-01-01: exit code 2",
        "Maybe mend it, then build --retry; without --with-history it is planned as if nothing had"
            + " failed.");
  }
}

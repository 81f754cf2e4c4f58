package dev.crossplan.cli;

import static dev.crossplan.cli.RealManifests.BOARD;
import static dev.crossplan.cli.RealManifests.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Estimates real package sets from the command line. */
class EstimateIT {
  private final Path folder;

  EstimateIT(@TempDir Path folder) {
    this.folder = folder;
  }

  private static String estimate(Path manifest, String... options) {
    return json("estimate", manifest, options);
  }

  /** A field of the option {@code name}, as it is written. */
  private static String field(String estimate, String name, String field) {
    Matcher matcher =
        Pattern.compile(
                "\"name\" : \"" + name + "\",\\s*(?=\"possible\").*?\"" + field + "\" : ([^,\n]+)",
                Pattern.DOTALL)
            .matcher(estimate);
    assertTrue(matcher.find(), () -> name + "." + field + " in " + estimate);
    return matcher.group(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"crossplan.toml", "mixed.toml", "two-builders.toml"})
  void thePlanIsThatOfPlan(String name) {
    String plan = json("plan", BOARD.resolve(name));
    String estimate = estimate(BOARD.resolve(name));
    for (String total : List.of("builderSeconds", "makespanSeconds")) {
      String value = field(estimate, "plan", total);
      assertTrue(plan.contains("\"" + total + "\":" + value), total + " is not " + value);
    }
    assertEquals("false", field(estimate, "all-cross", "possible"));
    assertEquals("null", field(estimate, "all-cross", "builderSeconds"));
    assertTrue(field(estimate, "all-cross", "why").contains("is in no instance that cross"));
  }

  @ParameterizedTest
  @CsvSource({"crossplan.toml, 1875.0, true", "mixed.toml, 3590.0, false"})
  void estimatesOfGit(String name, String seconds, String allCross) {
    String estimate = estimate(RealManifests.git(name));
    assertEquals(seconds, field(estimate, "plan", "builderSeconds"));
    assertEquals(allCross, field(estimate, "all-cross", "possible"));
  }

  @Test
  void whatIfIsEditingTheManifest() throws IOException {
    Path manifest = BOARD.resolve("two-builders.toml");
    String asked =
        estimate(
            manifest,
            "--without",
            "board",
            "--with-builder",
            "shed: riscv64-linux, 4 slots, speed 0.3, 0.02 per hour, 6.5 watts",
            "--with-builder",
            "rack: x86_64-linux, features big-parallel, 8 slots, speed 2",
            "--emulation",
            "8",
            "--objective",
            "makespan");
    String text = RealManifests.ofBoard("two-builders.toml");
    int board = text.indexOf("[[builder]]\nname    = \"board\"");
    String edited =
        (text.substring(0, board) + text.substring(text.indexOf("[[substituter]]", board)))
            .replaceFirst("emulation +=.*", "emulation = 8");
    Path written =
        Files.writeString(
            folder.resolve("crossplan.toml"),
            edited
                + """

                [[builder]]
                name = "shed"
                systems = ["riscv64-linux"]
                slots = 4
                speed = 0.3
                hourly = 0.02
                watts = 6.5
                [[builder]]
                name = "rack"
                systems = ["x86_64-linux"]
                features = ["big-parallel"]
                slots = 8
                speed = 2
                """);
    assertEquals(estimate(written, "--objective", "makespan"), asked);
    assertFalse(asked.equals(estimate(manifest, "--objective", "makespan")));
  }

  /** Nobody listens on port 1: the estimate is made all the same, and says so. */
  @Test
  void aSubstituterThatCannotBeReachedIsNoError() throws IOException {
    Path manifest = withCache("http://127.0.0.1:1/");
    String estimate = estimate(manifest);
    assertTrue(estimate.contains("it cannot be reached"), estimate);
    assertEquals("true", field(estimate, "plan", "possible"));

    CommandLineRun text = CommandLineRun.of("estimate", manifest.toString());
    assertEquals(ExitStatus.DONE, text.status());
    assertTrue(
        text.out().lines().anyMatch(line -> line.matches(" http://127.0.0.1:1/ .* never")),
        text.out());
  }

  private Path withCache(String url) throws IOException {
    return Files.writeString(
        folder.resolve("crossplan.toml"),
        RealManifests.ofBoard("crossplan.toml") + "\n[[substituter]]\nurl = \"" + url + "\"\n");
  }

  @Test
  void comparedBuildersAreToldBestFirst() {
    CommandLineRun run =
        CommandLineRun.of(
            "estimate", BOARD.resolve("two-builders.toml").toString(), "--compare-builders");
    assertEquals("", run.err());
    String table = run.out().substring(run.out().indexOf(" with "));
    assertTrue(table.indexOf("desk twice as fast") < table.indexOf("without board"), table);
    assertFalse(table.contains("Twice as fast is"), table);
    assertTrue(
        table.contains(
            "without desk: there is no plan for boardImage: board-sd-image must be built, but no"
                + " builder runs or emulates riscv64-linux with the features big-parallel"),
        table);
  }

  /** The board's price and power are known, the desk's are not. */
  private Path withUnknownDesk(String... without) throws IOException {
    String text = RealManifests.ofBoard("two-builders.toml");
    for (String line : without) {
      assertTrue(text.contains(line), line);
      text = text.replace(line, "");
    }
    return Files.writeString(
        folder.resolve("crossplan.toml"),
        text.replace("hourly   = 0.12\n", "").replace("watts    = 65\n", ""));
  }

  @Test
  void whatIsSavedIsUnknownWhereAPriceIs() throws IOException {
    Path manifest = withUnknownDesk();
    String estimate = estimate(manifest, "--compare-builders");
    assertTrue(
        Pattern.compile("\"atLeast\" : \\[\\s*\"money\",\\s*\"kilowattHours\"\\s*]")
            .matcher(estimate)
            .find(),
        estimate);
    String change = estimate.substring(estimate.indexOf("\"what\" : \"without board\""));
    String saved = change.substring(change.indexOf("\"saved\""), change.indexOf("\"why\""));
    assertTrue(saved.contains("\"money\" : null"), saved);
    assertTrue(saved.contains("\"kilowattHours\" : null"), saved);

    CommandLineRun text = CommandLineRun.of("estimate", manifest.toString(), "--compare-builders");
    assertTrue(
        text.out().lines().anyMatch(line -> line.matches(" without board .* s +- +-")), text.out());
    assertTrue(text.says("nobody said what that costs or draws is unknown: -."), text.out());
  }

  @Test
  void whatIsUncertainOfAnUnknownPriceHasNoInterval() throws IOException {
    String costs = RealManifests.ofBoard("two-builders.toml");
    String estimate = estimate(withUnknownDesk(costs.substring(costs.indexOf("[costs]"))));
    String intervals = estimate.substring(estimate.indexOf("\"intervals\" : {"));
    assertEquals("[", field(estimate, "plan", "atLeast").substring(0, 1));
    assertTrue(
        Pattern.compile("\"money\" : null,\\s*\"kilowattHours\" : null")
            .matcher(intervals.substring(0, intervals.indexOf('}')))
            .find(),
        intervals);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan", "estimate"})
  void leastMoneyTellsWhosePriceIsUnknown(String command) throws IOException {
    String manifest = withUnknownDesk().toString();
    CommandLineRun run = CommandLineRun.of(command, manifest, "--objective", "money");
    assertEquals(
        "what desk costs an hour is unknown: for least money it counts as free\n"
            + "Maybe write hourly of each [[builder]] in the manifest, 0 where it is free.\n",
        run.err());
    assertEquals("", CommandLineRun.of(command, manifest).err());
    String known = BOARD.resolve("two-builders.toml").toString();
    assertEquals("", CommandLineRun.of(command, known, "--objective", "money").err());
  }

  @Test
  void aBuilderForASystemThatIsNotKnownIsTold() {
    CommandLineRun run =
        CommandLineRun.of(
            "estimate",
            BOARD.resolve("two-builders.toml").toString(),
            "--with-builder",
            "x: riscv65-linux, 4 slots");
    assertEquals(ExitStatus.DONE, run.status(), run.err());
    assertEquals(
        "builder x is said to run riscv65-linux, a CPU that crossplan does not know\n"
            + "Maybe riscv64-linux is meant.\n",
        run.err());
  }

  @Test
  void mistakesAreBadUsageOrInput() {
    String manifest = BOARD.resolve("two-builders.toml").toString();
    CommandLineRun.of("estimate", manifest, "--without", "boord")
        .assertFailed(
            ExitStatus.BAD_INPUT, "there is no builder \"boord\"", "Maybe board is meant.");
    CommandLineRun.of("estimate", manifest, "--with-builder", "desk: riscv64-linux")
        .assertFailed(
            ExitStatus.BAD_INPUT,
            "there is a builder \"desk\" already",
            "Maybe another name, or without the one there is.");
    CommandLineRun.of("estimate", manifest, "--without", "desk", "--without", "board")
        .assertFailed(
            ExitStatus.BAD_INPUT,
            "no builder is left",
            "Maybe add one by --with-builder, or leave one: this machine is one by itself only"
                + " where the manifest names none.");
    CommandLineRun.of("estimate", manifest, "--with-builder", "shed: 4 slots")
        .assertFailed(
            ExitStatus.BAD_INPUT,
            "builder 'shed: 4 slots', column 6: it says neither what the builder runs nor what it"
                + " emulates",
            "Maybe 'board: riscv64-linux, 4 slots, speed 0.25, 0.02 per hour, 6 watts'.");
    assertTrue(
        CommandLineRun.of("estimate", manifest, "--emulation", "0")
            .err()
            .startsWith("--emulation is 0.0, not a factor from 0.000001 to 1000000"));
  }
}

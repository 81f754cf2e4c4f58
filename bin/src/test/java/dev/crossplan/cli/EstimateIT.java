package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final Path BOARD = REPOSITORY.resolve("fixtures/images/board");
  private static final Path SHARED =
      Path.of(System.getProperty("shared", REPOSITORY.resolveSibling("shared").toString()));

  private final Path folder;

  EstimateIT(@TempDir Path folder) {
    this.folder = folder;
  }

  private static String estimate(Path manifest, String... options) {
    return run("estimate", manifest, options);
  }

  private static String run(String command, Path manifest, String... options) {
    String[] arguments = new String[options.length + 4];
    arguments[0] = command;
    arguments[1] = manifest.toString();
    arguments[2] = "--format";
    arguments[3] = "json";
    System.arraycopy(options, 0, arguments, 4, options.length);
    CommandLineRun run = CommandLineRun.of(arguments);
    assertEquals("", run.err());
    assertEquals(ExitStatus.DONE, run.status());
    return run.out();
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
    String plan = run("plan", BOARD.resolve(name));
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
  @CsvSource({"crossplan.toml, 1875.0, true", "mixed.toml, 7722.0, false"})
  void estimatesOfGit(String name, String seconds, String allCross) {
    Path manifest = SHARED.resolve("graphs/git").resolve(name);
    assumeTrue(
        Files.exists(manifest),
        "there is no " + manifest + ": it is no part of the repository; -Dshared=FOLDER names it");
    String estimate = estimate(manifest);
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
    String text = Files.readString(manifest);
    int board = text.indexOf("[[builder]]\nname    = \"board\"");
    String edited =
        (text.substring(0, board) + text.substring(text.indexOf("[[substituter]]", board)))
            .replaceFirst("emulation +=.*", "emulation = 8")
            .replace("= \"native.", "= \"" + BOARD + "/native.")
            .replace("= \"emulated.", "= \"" + BOARD + "/emulated.")
            .replace("= \"cross.", "= \"" + BOARD + "/cross.")
            .replace("= \"costs.", "= \"" + BOARD + "/costs.");
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
    String text =
        Files.readString(BOARD.resolve("crossplan.toml"))
            .replaceAll("= \"(native|emulated|cross|costs)\\.", "= \"" + BOARD + "/$1.");
    return Files.writeString(
        folder.resolve("crossplan.toml"), text + "\n[[substituter]]\nurl = \"" + url + "\"\n");
  }

  @Test
  void comparedBuildersAreToldBestFirst() {
    CommandLineRun run =
        CommandLineRun.of(
            "estimate", BOARD.resolve("two-builders.toml").toString(), "--compare-builders");
    assertEquals("", run.err());
    String table = run.out().substring(run.out().indexOf(" with "));
    assertTrue(table.indexOf("desk twice as fast") < table.indexOf("without board"), table);
    assertTrue(
        table.contains(
            "without desk: there is no plan for boardImage: board-sd-image must be built, but no"
                + " builder runs or emulates riscv64-linux with the features big-parallel"),
        table);
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
        .assertFailed(ExitStatus.BAD_INPUT, "no builder is left", "Maybe add one.");
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

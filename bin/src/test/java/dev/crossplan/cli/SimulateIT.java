package dev.crossplan.cli;

import static dev.crossplan.cli.RealManifests.BOARD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Simulates real package sets from the command line. */
class SimulateIT {
  private static String simulate(Path manifest, String... options) {
    return RealManifests.json("simulate", manifest, options);
  }

  private static String field(String report, String field) {
    Matcher matcher = Pattern.compile("\"" + field + "\" : ([^,\n]+)").matcher(report);
    assertTrue(matcher.find(), () -> field + " in " + report);
    return matcher.group(1);
  }

  /** A field of a policy, as it is written. */
  private static String field(String report, String policy, String field) {
    return field(report.substring(report.indexOf("\"name\" : \"" + policy + "\"")), field);
  }

  private static void assertScheduleIsAhead(String report) {
    assertEquals(field(report, "planSeconds"), field(report, "schedule", "makespanSeconds"));
    double bound = Double.parseDouble(field(report, "boundSeconds"));
    double schedule = Double.parseDouble(field(report, "schedule", "makespanSeconds"));
    assertTrue(schedule >= bound * (1 - 1e-9), report);
    double nix = Double.parseDouble(field(report, "nix", "makespanSeconds"));
    assertTrue(schedule <= nix, report);
    assertEquals(nix / schedule, Double.parseDouble(field(report, "nix", "againstSchedule")), 1e-9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"crossplan.toml", "mixed.toml", "two-builders.toml"})
  void theScheduleIsAheadOfNixOnTheBoardsImage(String name) {
    assertScheduleIsAhead(simulate(BOARD.resolve(name), "--time-limit", "2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"crossplan.toml", "mixed.toml"})
  void theScheduleIsAheadOfNixOnGit(String name) {
    assertScheduleIsAhead(
        simulate(
            RealManifests.git(name),
            "--time-limit",
            "2",
            "--with-builder",
            "board: riscv64-linux, 4 slots, speed 0.15",
            "--with-builder",
            "rack: x86_64-linux, 8 slots, speed 2"));
  }

  @Test
  void aBoardThatGoesDownFailsNixOnly() {
    String report =
        simulate(
            BOARD.resolve("two-builders.toml"),
            "--objective",
            "builder-seconds",
            "--fault",
            "board: down at 2 h 15 min for 10 min",
            "--fault",
            "board: down at 2 h 44 min for 10 min");
    assertEquals("null", field(report, "nix", "makespanSeconds"));
    assertEquals("0", field(report, "nix", "finishedRuns"));
    assertTrue(Integer.parseInt(field(report, "nix", "done")) < 331, report);
    for (String policy : List.of("schedule", "critical-path", "hydra-cpp", "hydra-rust")) {
      assertNotEquals("null", field(report, policy, "makespanSeconds"), policy);
      assertEquals("331", field(report, policy, "done"), policy);
    }
    assertNotEquals("0.0", field(report, "schedule", "lostSeconds"));
  }

  @Test
  void noiseIsThatOfTheSeed() {
    Path manifest = BOARD.resolve("two-builders.toml");
    String[] asked = {"--objective", "builder-seconds", "--noise", "0.4", "--runs", "5"};
    String report = simulate(manifest, asked);
    assertEquals(report, simulate(manifest, asked));
    assertNotEquals(
        report,
        simulate(
            manifest,
            "--objective",
            "builder-seconds",
            "--noise",
            "0.4",
            "--runs",
            "5",
            "--seed",
            "2"));
    assertEquals("5", field(report, "runs"));
    double shortest = Double.parseDouble(field(report, "nix", "shortestSeconds"));
    double longest = Double.parseDouble(field(report, "nix", "longestSeconds"));
    assertTrue(shortest < longest, report);
  }

  @Test
  void whatIfThereWereAnotherBuilder() {
    Path manifest = BOARD.resolve("two-builders.toml");
    String now = simulate(manifest, "--time-limit", "2");
    String then =
        simulate(
            manifest,
            "--time-limit",
            "2",
            "--with-builder",
            "rack: x86_64-linux, features big-parallel, 8 slots, speed 2");
    assertTrue(
        Double.parseDouble(field(then, "schedule", "makespanSeconds"))
            < Double.parseDouble(field(now, "schedule", "makespanSeconds")),
        then);
    assertTrue(then.contains("\"rack\""), then);
  }

  @Test
  void peopleAreToldByHowMuch() {
    CommandLineRun run =
        CommandLineRun.of(
            "simulate",
            BOARD.resolve("two-builders.toml").toString(),
            "--objective",
            "builder-seconds");
    assertEquals(ExitStatus.DONE, run.status());
    assertTrue(run.out().startsWith("board-with-a-board: 331 steps simulated\n"), () -> run.out());
    assertTrue(
        run.out().contains("Nix is taken to run on desk, with the others in its"), run.out());
    assertTrue(
        run.out().lines().anyMatch(line -> line.matches(" schedule +2 h 24 min +1\\.00 .*")),
        run.out());
    assertTrue(run.out().contains("on these builders it is not done before"), run.out());
  }

  @Test
  void mistakesAreBadUsageOrInput() {
    String manifest = BOARD.resolve("two-builders.toml").toString();
    CommandLineRun.of("simulate", manifest, "--fault", "boord: down at 1 h", "--time-limit", "0")
        .assertFailed(
            ExitStatus.BAD_INPUT,
            "there is no builder \"boord\" that could be down",
            "Maybe board is meant.");
    CommandLineRun.of("simulate", manifest, "--fault", "desk: down at 1 h", "--time-limit", "0")
        .assertFailed(
            ExitStatus.BAD_INPUT,
            "desk is the machine that all others are driven from: while it is down nothing is"
                + " built, whoever decides",
            "Maybe another builder is meant, or give desk a uri, so that it is a remote one.");
    CommandLineRun.of("simulate", manifest, "--fault", "board")
        .assertFailed(
            ExitStatus.BAD_INPUT,
            "fault 'board': it begins with the name of a builder and a colon",
            "Maybe 'board: down at 10 min for 1 h'.");
    assertTrue(
        CommandLineRun.of("simulate", manifest, "--noise", "much")
            .err()
            .startsWith("--noise is much, neither a number from 0 to 3 nor estimates"));
    assertTrue(
        CommandLineRun.of("simulate", manifest, "--runs", "0")
            .err()
            .startsWith("--runs is 0, not a number from 1 to 10000"));
  }
}

package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plans real package sets from the command line. Where a folder {@code shared} lies beside the
 * repository, its independent checker judges the plans; it needs Python 3.11.
 */
class PlanIT {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final Path SHARED =
      Path.of(System.getProperty("shared", REPOSITORY.resolveSibling("shared").toString()));

  private static final String CHECKER_MISSING =
      "there is no "
          + checker()
          + "; the checker and its graphs are no part of the repository: put their folder beside it,"
          + " or name it with -Dshared=FOLDER";

  private final Path folder;

  PlanIT(@TempDir Path folder) {
    this.folder = folder;
  }

  static Stream<Path> images() throws IOException {
    List<Path> manifests;
    try (Stream<Path> files = Files.walk(REPOSITORY.resolve("fixtures/images"))) {
      manifests = files.filter(file -> file.toString().endsWith(".toml")).sorted().toList();
    }
    assertTrue(manifests.size() >= 3, "manifests under fixtures/images: " + manifests);
    return manifests.stream();
  }

  @ParameterizedTest
  @MethodSource("images")
  void plansOfOurImagesAreValidAndProvenLeast(Path manifest) {
    Path plan = plan(manifest);
    assertEquals(builderSeconds(plan, "bounds"), builderSeconds(plan, "totals"), 1e-6);
    if (Files.exists(checker())) {
      assertValid(manifest, plan);
    }
  }

  @ParameterizedTest
  @MethodSource("images")
  void theSameInputGivesTheSamePlanByteForByte(Path manifest) throws IOException {
    byte[] first = Files.readAllBytes(plan(manifest));
    assertEquals(-1, mismatch(first, Files.readAllBytes(plan(manifest))));
  }

  /** No more than a plain model of the choice needs. */
  @ParameterizedTest
  @CsvSource({"crossplan.toml, 2028", "mixed.toml, 7873"})
  void plansOfGitAreValidAndProvenLeast(String name, double limit) {
    assumeTrue(Files.exists(checker()), CHECKER_MISSING);
    Path manifest = SHARED.resolve("graphs/git").resolve(name);
    Path plan = plan(manifest);
    assertTrue(
        assertValid(manifest, plan).contains(" 0 packages unpaired and built twice"),
        "something is built under two strategies");
    assertTrue(builderSeconds(plan, "totals") <= limit, name);
    assertEquals(builderSeconds(plan, "bounds"), builderSeconds(plan, "totals"), 1e-6);
  }

  /** What is proven least of more plans is no more. */
  @ParameterizedTest
  @MethodSource("images")
  void plansWithNativeToolsAreValidAndCostNoMore(Path manifest) {
    double before = Double.POSITIVE_INFINITY;
    for (String which : List.of("none", "safe", "all")) {
      Path plan = plan(manifest, "--native-tools", which, "--time-limit", "60");
      double seconds = builderSeconds(plan, "totals");
      assertTrue(seconds <= before + 1e-6, seconds + " is more than " + before);
      assertEquals(builderSeconds(plan, "bounds"), seconds, 1e-6);
      if (Files.exists(checker())) {
        assertValid(manifest, plan);
      }
      before = seconds;
    }
  }

  /** No more than a plain model of the choice needs that knows of tools. */
  @Test
  void nativeToolsHalveWhatGitWithAnEmulatedPythonTakes() {
    assumeTrue(Files.exists(checker()), CHECKER_MISSING);
    Path manifest = SHARED.resolve("graphs/git/mixed.toml");
    for (String which : List.of("safe", "all")) {
      Path plan = plan(manifest, "--native-tools", which, "--time-limit", "60");
      assertValid(manifest, plan);
      assertTrue(builderSeconds(plan, "totals") <= 3742, which);
      assertTrue(number(plan, "totals", "withNativeTools") > 0, which);
    }
  }

  /** Overlays cannot say where a tool runs: its place would be left to the one that is emulated. */
  @Test
  void overlaysAreOfAPlanWithToolsAsEvaluatedUnlessToldOtherwise() {
    String manifest = REPOSITORY.resolve("fixtures/images/board/crossplan.toml").toString();
    String usual = CommandLineRun.of("plan", manifest, "--format", "overlay").out();
    String asEvaluated =
        CommandLineRun.of("plan", manifest, "--format", "overlay", "--native-tools", "none").out();
    String safe =
        CommandLineRun.of("plan", manifest, "--format", "overlay", "--native-tools", "safe").out();
    assertEquals(asEvaluated, usual);
    assertNotEquals(safe, usual);
  }

  /** "Built twice" is 0 in this plan, and these are listed nevertheless. */
  @Test
  void otherVersionsAreNotSaidToBeBuiltTwice() {
    CommandLineRun run =
        CommandLineRun.of(
            "plan", REPOSITORY.resolve("fixtures/images/versions/crossplan.toml").toString());
    assertTrue(
        run.out()
            .contains(
                "\nNot built twice, but packages of their own that share a name:\n"
                    + "  lz4: 1.10.0 and 1.9.4, since the instances are of package sets that have"
                    + " it in different versions\n"),
        run.out());
    assertFalse(run.out().contains("\nBuilt twice"), run.out());
  }

  /** A checker that finds nothing wrong with anything would prove nothing. */
  @Test
  void theCheckerRefusesAStrategyThatIsNone() throws IOException {
    assumeTrue(Files.exists(checker()), CHECKER_MISSING);
    Path manifest = SHARED.resolve("graphs/git/crossplan.toml");
    Path plan = plan(manifest);
    Files.writeString(
        plan,
        Files.readString(plan)
            .replaceFirst("\"strategy\" ?: ?\"cross\"", "\"strategy\": \"native\""));
    Checked checked = check(manifest, plan);
    assertEquals(1, checked.status(), checked.said());
  }

  @ParameterizedTest
  @MethodSource("images")
  void theQuickestPlansOfOurImagesAreValid(Path manifest) {
    Path plan = plan(manifest, "--objective", "makespan", "--time-limit", "2");
    if (Files.exists(checker())) {
      assertValid(manifest, plan);
    }
  }

  @Test
  void aDeadlineIsMetOrThereIsNoPlan() {
    Path manifest = REPOSITORY.resolve("fixtures/images/board/two-builders.toml");
    Path plan = plan(manifest);
    double makespan = number(plan, "totals", "makespanSeconds");
    double seconds = number(plan, "totals", "builderSeconds");
    plan = plan(manifest, "--deadline", Math.ceil(makespan) + "s");
    assertEquals(seconds, number(plan, "totals", "builderSeconds"), 1e-6);
    CommandLineRun missed = CommandLineRun.of("plan", manifest.toString(), "--deadline", "1s");
    assertEquals(ExitStatus.NOT_POSSIBLE, missed.status());
    assertTrue(
        missed.err().contains("no plan was found that is done within 1 s: the quickest takes "),
        missed.err());
    assertTrue(missed.err().contains("\nMaybe give it more time"), missed.err());
    CommandLineRun unclear = CommandLineRun.of("plan", manifest.toString(), "--deadline", "soon");
    assertEquals(ExitStatus.BAD_INPUT, unclear.status());
    assertTrue(unclear.err().contains("soon is no time; 90min, 2h and 1d are"), unclear.err());
  }

  private Path plan(Path manifest) {
    return plan(manifest, "--time-limit", "60");
  }

  private Path plan(Path manifest, String... options) {
    Path plan = folder.resolve("plan.json");
    CommandLineRun run =
        CommandLineRun.of(
            Stream.concat(
                    Stream.of(
                        "plan", manifest.toString(), "--format", "json", "-o", plan.toString()),
                    Arrays.stream(options))
                .toArray(String[]::new));
    assertEquals("", run.err());
    assertEquals(ExitStatus.DONE, run.status());
    return plan;
  }

  private static int mismatch(byte[] one, byte[] other) {
    return Arrays.mismatch(one, other);
  }

  private static Path checker() {
    return SHARED.resolve("check-plan");
  }

  private record Checked(int status, String said) {}

  private static String assertValid(Path manifest, Path plan) {
    Checked checked = check(manifest, plan);
    assertEquals(0, checked.status(), checked.said());
    return checked.said();
  }

  private static Checked check(Path manifest, Path plan) {
    try {
      Process process =
          new ProcessBuilder("python3", checker().toString(), manifest.toString(), plan.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Checked(process.waitFor(), said);
    } catch (IOException e) {
      throw new UncheckedIOException("check-plan needs python3, 3.11 at least", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static double builderSeconds(Path plan, String object) {
    return number(plan, object, "builderSeconds");
  }

  /** A member of an object at the top of a plan. */
  private static double number(Path plan, String object, String member) {
    try (JsonParser parser = new JsonFactory().createParser(plan.toFile())) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean asked = parser.currentName().equals(object);
        parser.nextToken();
        if (!asked) {
          parser.skipChildren();
          continue;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          boolean found = parser.currentName().equals(member);
          parser.nextToken();
          if (found) {
            return parser.getDoubleValue();
          }
        }
      }
      throw new AssertionError("no " + member + " in " + object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

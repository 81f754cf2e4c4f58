package dev.crossplan.cross;

import static dev.crossplan.fixtures.HandMade.BOARD;
import static dev.crossplan.fixtures.HandMade.built;
import static dev.crossplan.fixtures.HandMade.crossed;
import static dev.crossplan.fixtures.HandMade.download;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.fixtures.HandMade;
import dev.crossplan.fixtures.ImageFolder;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.alternative.Experience;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.history.Failures;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Objective;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Three packages that need nothing of one another and do not cross-compile: 60 seconds each on a
 * board with one slot, 90 on a desk with two that emulates it. Their sources take 2.
 */
class ObjectiveTest {
  private final Path folder;
  private int emulation = 3;

  ObjectiveTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void theFewestSecondsAreNative() {
    Plan plan = plan(Objective.BUILDER_SECONDS, 0, 0, 0);
    assertEquals(3, plan.count(Strategy.NATIVE));
    assertEquals(2 + 180, plan.makespanSeconds());
  }

  /** The desk takes as long as the board, and has two slots. */
  @Test
  void ofTwoWaysThatTakeAsLongTheSoonerIsTaken() {
    emulation = 2;
    Plan plan = plan(Objective.BUILDER_SECONDS, 0, 0, 0);
    assertEquals(3 * 2 + 180, plan.bounds().builderSeconds());
    assertEquals(1, plan.count(Strategy.NATIVE));
    assertEquals(2 + 60, plan.makespanSeconds());
  }

  /** What the board has no time for is emulated meanwhile, although that takes longer. */
  @Test
  void anIdleDeskMakesEmulationWorthIt() {
    Plan plan = plan(Objective.MAKESPAN, 0, 0, 0);
    assertEquals(1, plan.count(Strategy.NATIVE));
    assertEquals(2, plan.count(Strategy.EMULATED));
    assertEquals(2 + 90, plan.makespanSeconds());
    assertTrue(plan.bounds().anyPlanMakespanSeconds() <= 2 + 90);
    assertTrue(plan.bounds().anyPlanMakespanSeconds() >= 62, "the shortest path");
    assertEquals(3 * 2 + 180, plan.bounds().builderSeconds(), "of the plan with the fewest");
  }

  @Test
  void theCheapestBuilderDoesItAll() {
    assertEquals(3, plan(Objective.MONEY, 1, 0, 0).count(Strategy.NATIVE));
    assertEquals(3, plan(Objective.MONEY, 0, 1, 0).count(Strategy.EMULATED));
  }

  /** Three on the desk's two slots take 182 seconds of it; two of them 92. */
  @Test
  void aSlotThatIsPaidAnywayIsUsed() {
    assertEquals(2, plan(Objective.MONEY, 1, 1.1, 0).count(Strategy.EMULATED));
    assertEquals(3, plan(Objective.MONEY, 1, 2, 0).count(Strategy.EMULATED));
  }

  @Test
  void whatIsFreeIsDoneSoon() {
    assertEquals(2 + 90, plan(Objective.MONEY, 0, 0, 0).makespanSeconds());
  }

  @Test
  void aDeadlineCostsNoMoreThanItMust() {
    assertEquals(3, plan(Objective.BUILDER_SECONDS, 0, 0, 200).count(Strategy.NATIVE));
    Plan plan = plan(Objective.BUILDER_SECONDS, 0, 0, 150);
    assertEquals(2, plan.count(Strategy.NATIVE));
    assertEquals(1, plan.count(Strategy.EMULATED));
    assertTrue(plan.makespanSeconds() <= 150);
  }

  @Test
  void aDeadlineMayCostMoney() {
    assertEquals(3, plan(Objective.MONEY, 0, 1, 190).count(Strategy.EMULATED));
    Plan hurried = plan(Objective.MONEY, 0, 1, 100);
    assertEquals(1, hurried.count(Strategy.NATIVE));
    assertTrue(hurried.makespanSeconds() <= 100);
  }

  /**
   * Neither what costs least nor what is done first leads there: two are crossed on the desk, and
   * two built on the board, so that the rack, ten times as dear, is not paid for. That it is least
   * is known from trying all.
   */
  @Test
  void theDearBuilderIsDoneWithoutInTime() throws IOException {
    Map<String, HandMade> emulated = worlds(name -> built(name, "1", BOARD));
    Map<String, HandMade> cross = worlds(name -> crossed(name, "1"));
    Files.writeString(folder.resolve("costs.csv"), "package,seconds\npa,20\npb,20\npc,10\npd,35\n");
    ImageFolder image =
        new ImageFolder(folder)
            .emulated(emulated)
            .cross(cross)
            .with("[costs]\nfile = \"costs.csv\"\nemulation = 8\ncross = 1.5\n")
            .with("[[constraint]]\npackage = \"pc\"\ncross = \"broken\"\n")
            .builders(
                builder("desk", "x86_64-linux", "")
                    + "emulates = [\"riscv64-linux\"]\nspeed = 2\nhourly = 0.5\n"
                    + builder("board", "riscv64-linux", "")
                    + "hourly = 0.5\n"
                    + builder("rack", "x86_64-linux", "")
                    + "speed = 3\nhourly = 5\n");
    Manifest manifest = ManifestReader.read(image.manifest("pa", "pb", "pc", "pd"));
    Plan plan = plan(manifest, Objective.MONEY, 49, Experience.NONE);
    assertTrue(plan.makespanSeconds() <= 49);
    assertEquals(
        Map.of("desk", 2L, "board", 2L),
        plan.steps().stream()
            .collect(Collectors.groupingBy(s -> s.builder().orElseThrow(), Collectors.counting())));
    assertEquals(45, plan.makespanSeconds());
  }

  private static Map<String, HandMade> worlds(Function<String, HandMade> made) {
    HandMade pa = made.apply("pa");
    HandMade pb = made.apply("pb").linking(pa);
    return Map.of(
        "pa",
        pa,
        "pb",
        pb,
        "pc",
        made.apply("pc").linking(pa, pb),
        "pd",
        made.apply("pd").linking(pa));
  }

  /**
   * Nine packages that need nothing of one another, on three boards that are paid for; brute force
   * knows the least money, with a deadline as well.
   */
  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "1, 1", "2, 1", "3, 1", "4, 1", "5, 1", "6, 1"})
  void noSpreadOverTheBuildersCostsLess(int seed, int hurry) throws IOException {
    Random random = new Random(seed);
    int[] seconds = random.ints(9, 10, 100).toArray();
    double[] speeds = random.doubles(3, 0.5, 1.5).toArray();
    double[] rates = random.doubles(3, 1, 4).toArray();
    double total = Arrays.stream(seconds).sum();
    int deadline = hurry == 0 ? 0 : (int) (total / 2);
    double least = Double.POSITIVE_INFINITY;
    for (int all = 0; all < Math.pow(3, seconds.length); all++) {
      double[] until = new double[3];
      for (int t = 0, rest = all; t < seconds.length; t++, rest /= 3) {
        until[rest % 3] += seconds[t] / speeds[rest % 3];
      }
      if (deadline == 0 || Arrays.stream(until).allMatch(end -> end <= deadline)) {
        least = Math.min(least, IntStream.range(0, 3).mapToDouble(m -> rates[m] * until[m]).sum());
      }
    }
    StringBuilder costs = new StringBuilder("package,seconds\n");
    Map<String, HandMade> packages = new HashMap<>();
    for (int t = 0; t < seconds.length; t++) {
      packages.put("p" + t, built("p" + t, "1", BOARD));
      costs.append("p" + t + "," + seconds[t] + "\n");
    }
    Files.writeString(folder.resolve("costs.csv"), costs);
    StringBuilder builders = new StringBuilder();
    for (int m = 0; m < 3; m++) {
      builders.append(builder("b" + m, "riscv64-linux", ""));
      builders.append("speed = " + speeds[m] + "\nhourly = " + 3600 * rates[m] + "\n");
    }
    ImageFolder image =
        new ImageFolder(folder)
            .emulated(packages)
            .with("[costs]\nfile = \"costs.csv\"\n")
            .builders(builders.toString());
    Manifest manifest =
        ManifestReader.read(image.manifest(packages.keySet().toArray(String[]::new)));
    Plan plan = plan(manifest, Objective.MONEY, deadline, Experience.NONE);
    double money = 0;
    for (int m = 0; m < 3; m++) {
      String name = "b" + m;
      money +=
          rates[m]
              * plan.steps().stream()
                  .filter(step -> step.builder().equals(Optional.of(name)))
                  .mapToDouble(Step::finish)
                  .max()
                  .orElse(0);
    }
    assertEquals(least, money, 0.01 * least);
    assertTrue(deadline == 0 || plan.makespanSeconds() <= deadline);
  }

  /**
   * A board that is idle has to be given what takes it the longest of all ways: one package of four
   * natively, the others crossed, b after a. On the rack a and b end at 20, on the desk c at 15, on
   * the board d at 20.
   */
  @Test
  void whichPackageTheBoardIsGivenIsFound() throws IOException {
    Plan plan = choice("a,20 b,20 c,20 d,10", 0.5, 20, Objective.MAKESPAN, 0);
    assertEquals(20, plan.makespanSeconds(), 1e-6);
  }

  /** With all that time the rack, which is dear, is not needed: the desk crosses a, b and c. */
  @Test
  void whichPackagesNeedNoDearBuilderIsFound() throws IOException {
    Plan plan = choice("a,20 b,20 c,20 d,10", 0.5, 20, Objective.MONEY, 46);
    assertTrue(
        plan.steps().stream().noneMatch(step -> step.builder().equals(Optional.of("rack"))),
        plan.steps()::toString);
    assertTrue(plan.makespanSeconds() <= 46);
  }

  /** Four packages of which b needs a, each of which can be made in any way. */
  private Plan choice(String seconds, double board, double rack, Objective objective, int deadline)
      throws IOException {
    Files.writeString(
        folder.resolve("costs.csv"), "package,seconds\n" + seconds.replace(' ', '\n') + "\n");
    HandMade a = built("a", "1", BOARD);
    HandMade crossedA = crossed("a", "1");
    ImageFolder image =
        new ImageFolder(folder)
            .emulated(
                Map.of(
                    "a", a,
                    "b", built("b", "1", BOARD).linking(a),
                    "c", built("c", "1", BOARD),
                    "d", built("d", "1", BOARD)))
            .cross(
                Map.of(
                    "a", crossedA,
                    "b", crossed("b", "1").linking(crossedA),
                    "c", crossed("c", "1"),
                    "d", crossed("d", "1")))
            .with("[costs]\nfile = \"costs.csv\"\nemulation = 4\ncross = 1.5\n")
            .builders(
                builder("desk", "x86_64-linux", "")
                    + "emulates = [\"riscv64-linux\"]\nspeed = 2\nhourly = 0.5\n"
                    + builder("board", "riscv64-linux", "")
                    + ("speed = " + board + "\nhourly = 0.1\n")
                    + builder("rack", "x86_64-linux", "")
                    + ("speed = 3\nhourly = " + rack + "\n"));
    return plan(
        ManifestReader.read(image.manifest("a", "b", "c", "d")),
        objective,
        deadline,
        Experience.NONE);
  }

  /** No plan meets it: the one that ends first. */
  @Test
  void aDeadlineThatCannotBeMet() {
    Plan plan = plan(Objective.BUILDER_SECONDS, 0, 0, 50);
    assertEquals(2 + 90, plan.makespanSeconds());
    assertTrue(plan.bounds().anyPlanMakespanSeconds() > 50);
    assertEquals(3, plan.count(Action.BUILD));
  }

  /** The desk is idle, but what failed there is built only where nothing else is left. */
  @Test
  void whatFailedIsNotTriedAgainToBeDoneSooner() {
    ImmutableMap.Builder<Attempt, String> failed = ImmutableMap.builder();
    for (Step step : plan(Objective.BUILDER_SECONDS, 0, 0, 0).steps()) {
      if (step.action() == Action.BUILD) {
        failed.put(Attempt.build(step.derivation(), Strategy.EMULATED), "it failed");
      }
    }
    Experience experience =
        new Experience(Failures.ofWays(failed.buildOrThrow()), ImmutableList.of(), true);
    assertEquals(3, plan(Objective.MAKESPAN, 0, 0, 0, experience).count(Strategy.NATIVE));
  }

  /**
   * 50 MB over 10 MB a second, to the board and back; with a link of its own the desk is slower.
   */
  @ParameterizedTest
  @CsvSource({"'', 80 Mbit/s, 5", "'', 40 Mbit/s, 10", "16 Mbit/s, 80 Mbit/s, 25", "'', '', 0"})
  void whatComesOverALinkTakesItsTime(String desk, String board, double seconds)
      throws IOException {
    HandMade library = crossed("library", "1");
    HandMade program = built("program", "1", BOARD).linking(library);
    Files.writeString(folder.resolve("costs.csv"), "package,seconds\nlibrary,10\nprogram,20\n");
    Files.writeString(folder.resolve("sizes.csv"), "package,bytes\nlibrary,50000000\n");
    Manifest manifest =
        ManifestReader.read(
            new ImageFolder(folder)
                .emulated(Map.of("program", program))
                .with("[costs]\nfile = \"costs.csv\"\nsizes = \"sizes.csv\"\n")
                .builders(
                    builder("desk", "x86_64-linux", desk)
                        + builder("board", "riscv64-linux", board))
                .manifest("program"));
    Plan plan = plan(manifest, Objective.BUILDER_SECONDS, 0, Experience.NONE);
    Step last = plan.steps().get(plan.steps().size() - 1);
    assertEquals("program", last.packageName());
    assertEquals(10 + seconds, last.start(), 1e-6);
    assertEquals(50_000_000, plan.steps().get(0).outputBytes());
    assertEquals(10 + seconds + 20, plan.makespanSeconds(), 1e-6);
  }

  private static String builder(String name, String system, String link) {
    return String.format(
        "[[builder]]\nname = \"%s\"\nuri = \"ssh://%s\"\nsystems = [\"%s\"]\n%s",
        name, name, system, link.isEmpty() ? "" : "link = \"" + link + "\"\n");
  }

  private Plan plan(Objective objective, double desk, double board, int deadline) {
    return plan(objective, desk, board, deadline, Experience.NONE);
  }

  private Plan plan(
      Objective objective, double desk, double board, int deadline, Experience experience) {
    HandMade a = built("a", "1", BOARD).from(download("a-1.tar.gz", "a"));
    HandMade b = built("b", "1", BOARD).from(download("b-1.tar.gz", "b"));
    HandMade c = built("c", "1", BOARD).from(download("c-1.tar.gz", "c"));
    ImageFolder image =
        new ImageFolder(folder)
            .emulated(Map.of("a", a, "b", b, "c", c))
            .with("[costs]\nemulation = " + emulation + "\n")
            .builders(
                String.format(
                    """
                    [[builder]]
                    name = "desk"
                    systems = ["x86_64-linux"]
                    emulates = ["riscv64-linux"]
                    slots = 2
                    hourly = %s
                    [[builder]]
                    name = "board"
                    systems = ["riscv64-linux"]
                    speed = 0.5
                    hourly = %s
                    """,
                    desk, board));
    return plan(
        ManifestReader.read(image.manifest("a", "b", "c")), objective, deadline, experience);
  }

  private static Plan plan(
      Manifest manifest, Objective objective, int deadline, Experience experience) {
    PlanOptions options =
        new PlanOptions(
            objective,
            Duration.ofSeconds(10),
            1,
            Optional.of(deadline).filter(each -> each > 0).map(Duration::ofSeconds));
    Planner planner = new Planner(new CrossPlatforms(), options, Progress.NONE);
    return planner.plan(planner.prepare(manifest, manifest.builders()), experience);
  }
}

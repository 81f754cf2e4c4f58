package dev.crossplan.cross;

import static dev.crossplan.fixtures.HandMade.BOARD;
import static dev.crossplan.fixtures.HandMade.built;
import static dev.crossplan.fixtures.HandMade.download;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.fixtures.HandMade;
import dev.crossplan.fixtures.ImageFolder;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.calibration.Calibrations;
import dev.crossplan.planner.cost.LearnedCosts;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Host;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.variant.Packages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the speeds that a manifest states count where nothing was built or measured. */
class LearnedCostsTest {
  private HandMade zlib = built("zlib", "1.3", BOARD).from(download("zlib-1.3.tar.gz", "zlib"));

  private final Path folder;
  private ImmutableList<Timing> history = ImmutableList.of();

  LearnedCostsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** A board without an address is not this machine, as it does not run what that runs. */
  @Test
  void aBoardAloneHasTheSpeedThatIsStated() {
    assertEquals(4 * seconds("1", ""), seconds("0.25", ""), 1e-6);
    history = ImmutableList.of(builtHere(100));
    assertTrue(
        seconds("0.25", "") > 3 * seconds("1", ""), "what was built here says nothing of it");
  }

  private static Timing builtHere(double seconds) {
    return new Timing(
        "zlib",
        "1.3",
        Optional.of(BOARD),
        Optional.of(Strategy.NATIVE),
        Machine.here().name(),
        Instant.parse("2026-01-01T00:00:00Z"),
        seconds,
        new Circumstances(
            OptionalInt.of(1),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.of(0),
            ImmutableSet.of(),
            OptionalLong.empty(),
            Optional.empty(),
            ImmutableMap.of()));
  }

  @Test
  void besideThisMachineItHasTheRatioOfWhatIsStated() {
    assertEquals(4 * seconds("1", desk("1")), seconds("0.25", desk("1")), 1e-6);
  }

  private static String desk(String speed) {
    return String.format(
        "[[builder]]\nname = \"desk\"\nsystems = [\"%s\"]\nspeed = %s\n", Host.system(), speed);
  }

  /**
   * Where make compiles several files at a time: nine tenths of the build phase, by Amdahl's law.
   */
  @Test
  void moreCoresMakeWhatIsParallelShorter() {
    int here = Runtime.getRuntime().availableProcessors();
    double alone = seconds("1", desk("1\ncores = " + here));
    assertEquals(alone, seconds("1\ncores = " + here, desk("1")), 1e-6, "it is as this machine");
    assertEquals(alone, seconds("1\ncores = 64", desk("1")), 1e-6, "make is told of one job");
    zlib = zlib.with("enableParallelBuilding", "1");
    double few = seconds("1\ncores = 1", desk("1"));
    double many = seconds("1\ncores = 64", desk("1"));
    assertTrue(many < 0.65 * few, many + " of " + few);
    assertTrue(many > 0.1 * few, many + " of " + few);
    assertEquals(few, seconds("1\ncores = 1", desk("1\ncores = 64")), 1e-6, "that is the desk's");
  }

  /** As nix-output-monitor has them: the name tells neither a system nor the way. */
  private static Timing imported(int day, double seconds) {
    return new Timing(
        "zlib",
        "",
        Optional.empty(),
        Optional.empty(),
        "board",
        Instant.parse("2026-01-01T00:00:00Z").plus(Duration.ofDays(day)),
        seconds,
        Circumstances.UNKNOWN);
  }

  /**
   * Without a triple it is not cross, and what runs one system and emulates none is no emulator.
   */
  @Test
  void whatWasImportedOfAPlainBoardWasNative() {
    double unknown = seconds("1", "");
    String emulates = "1\nemulates = [\"x86_64-linux\"]";
    history = ImmutableList.of(imported(1, 900), imported(2, 910), imported(3, 905));
    assertEquals(905, seconds("1", ""), 100, () -> "but " + unknown + " without");
    assertEquals(unknown, seconds(emulates, ""), 1e-6);
    Timing emulated =
        new Timing(
            "other",
            "1",
            Optional.of("x86_64-linux"),
            Optional.of(Strategy.EMULATED),
            "board",
            Instant.parse("2026-02-01T00:00:00Z"),
            10,
            Circumstances.UNKNOWN);
    history = ImmutableList.of(emulated);
    double afterEmulation = seconds("1", "");
    history = ImmutableList.of(imported(1, 900), imported(2, 910), emulated);
    assertEquals(afterEmulation, seconds("1", ""), 1e-6, "it emulated once");
  }

  /** What is learned natively stays. */
  @Test
  void aFactorThatIsGivenHoldsOnWhatWasLearned() {
    history = ImmutableList.of(builtHere(100));
    double natively = emulated("[costs]\nemulation = 1\n");
    assertEquals(100, natively, 5);
    assertEquals(8 * natively, emulated("[costs]\nemulation = 8\n"), 1e-6);
    assertEquals(emulated(""), emulated("[costs]\ncross = 3\n"), 1e-6);
  }

  @Test
  void aFactorThatIsGivenHoldsWhateverTheTools() {
    history = ImmutableList.of(builtHere(100));
    double given = emulatedWith(Tools.AS_EVALUATED, "[costs]\nemulation = 8\n");
    for (Tools tools : Tools.values()) {
      assertEquals(given, emulatedWith(tools, "[costs]\nemulation = 8\n"), 1e-6, tools.toString());
    }
    double asEvaluated = emulatedWith(Tools.AS_EVALUATED, "");
    double withCompiler = emulatedWith(Tools.NATIVE_COMPILER, "");
    assertTrue(withCompiler < asEvaluated / 2, withCompiler + " of " + asEvaluated);
  }

  /** As of many packages: a flag that turns the tests off which CMake builds otherwise. */
  @Test
  void whatTheFlagsOfCmakeTurnOffTakesNoTime() throws IOException {
    String hash = "0123456789abcdfghijklmnpqrsvwxyz-";
    Path sources = Files.createDirectories(folder.resolve(hash + "sources"));
    Files.writeString(
        sources.resolve("CMakeLists.txt"),
        "option(TESTS \"\" ON)\nif(TESTS)\nadd_library(x large.c)\nendif()\nadd_library(y small.c)\n");
    Files.writeString(sources.resolve("large.c"), "f();\n".repeat(100_000));
    Files.writeString(sources.resolve("small.c"), "f();\n");
    zlib =
        zlib.with("src", sources.toString())
            .with("nativeBuildInputs", "/nix/store/" + hash + "cmake-3.30.0");
    double withTests = seconds("1", "");
    zlib = zlib.with("cmakeFlags", "-DCMAKE_SYSTEM_NAME=Linux -DTESTS=OFF");
    assertTrue(seconds("1", "") < withTests / 5, withTests + " with tests");
  }

  /** How long zlib would take so. */
  private double emulatedWith(Tools tools, String costs) {
    Manifest manifest = ManifestReader.read(emulator(costs).manifest("zlib"));
    Packages packages = planner().prepare(manifest, manifest.builders()).packages();
    int derivation = packages.graph().find(StorePath.parse(zlib.path())).orElseThrow();
    return learned(manifest)
        .build(packages, derivation, Strategy.EMULATED, tools, manifest.builders().get(0))
        .seconds();
  }

  /** How long zlib takes under emulation on this machine. */
  private double emulated(String costs) {
    return seconds(emulator(costs));
  }

  private ImageFolder emulator(String costs) {
    return new ImageFolder(folder)
        .emulated(Map.of("zlib", zlib))
        .with(costs)
        .builders(
            String.format(
                "[[builder]]\nname = \"desk\"\nsystems = [\"%s\"]\nemulates = [\"%s\"]\n",
                Host.system(), BOARD));
  }

  /** How long zlib takes natively on a board. */
  private double seconds(String speed, String desk) {
    return seconds(
        new ImageFolder(folder)
            .emulated(Map.of("zlib", zlib))
            .builders(
                desk
                    + "[[builder]]\nname = \"board\"\nsystems = [\""
                    + BOARD
                    + "\"]\nspeed = "
                    + speed
                    + "\n"));
  }

  private double seconds(ImageFolder image) {
    Manifest manifest = ManifestReader.read(image.manifest("zlib"));
    Prepared prepared = planner().prepare(manifest, manifest.builders());
    return Story.made(planner().plan(prepared.withCosts(learned(manifest))), zlib)
        .orElseThrow()
        .seconds();
  }

  private static Planner planner() {
    return new Planner(new CrossPlatforms(), PlanOptions.DEFAULT, Progress.NONE);
  }

  private LearnedCosts learned(Manifest manifest) {
    return LearnedCosts.from(
        history, machine -> Calibrations.NONE, manifest.builders(), manifest.costs());
  }
}

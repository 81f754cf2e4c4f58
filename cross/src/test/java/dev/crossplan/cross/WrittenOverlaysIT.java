package dev.crossplan.cross;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.fixtures.Fixtures;
import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Manifest.NativeTools;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanDerivations;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.PlanOverlay;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The overlays of a plan, evaluated by real Nix on the package set of the fixtures. */
class WrittenOverlaysIT {
  private final Path folder;
  private PrivateNix nix;

  WrittenOverlaysIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void makeStore() {
    nix = PrivateNix.rootedIn(folder.resolve("root"));
  }

  @AfterEach
  void allowDeletion() throws Exception {
    nix.allowDeletion();
  }

  private record Written(Path file, PlanDerivations derivations) {
    Plan plan() {
      return derivations.plan();
    }
  }

  private static final PlanOptions TOOLS_AS_EVALUATED =
      new PlanOptions(
          PlanOptions.DEFAULT.objective(),
          PlanOptions.DEFAULT.timeLimit(),
          PlanOptions.DEFAULT.seed(),
          PlanOptions.DEFAULT.deadline(),
          Optional.of(NativeTools.NONE));

  private Written written(String image) throws Exception {
    Manifest manifest = ManifestReader.read(Fixtures.image("").resolve(image));
    Planner planner = new Planner(new CrossPlatforms(), TOOLS_AS_EVALUATED, Progress.NONE);
    Prepared prepared = planner.prepare(manifest, manifest.builders());
    Plan plan = planner.plan(prepared);
    Path file = folder.resolve("overlay.nix");
    try (OutputStream out = Files.newOutputStream(file)) {
      PlanOverlay.of(prepared, plan).write(out);
    }
    return new Written(file, planner.derivations(prepared, plan));
  }

  private static String imported(Path file) {
    return "(import " + file + " { nixpkgs = " + Fixtures.nixpkgs() + "; })";
  }

  /**
   * How many of the plan's builds and downloads are what the overlays come to, by their .drv and by
   * their outputs; a .drv differs where only the .drv of a source does. The rest is above something
   * that overlays cannot say. The file itself cannot know.
   */
  @ParameterizedTest
  @CsvSource({
    "board/crossplan.toml, 4 of 156, 111 of 156",
    "board/mixed.toml, 4 of 161, 112 of 161",
    "shell/crossplan.toml, 7 of 94, 53 of 94",
    "forked/crossplan.toml, 156 of 179, 179 of 179",
  })
  void someOfThePlanIsWhatOverlaysComeTo(String image, String byPath, String byOutputs)
      throws Exception {
    Written written = written(image);
    String roots =
        nix.run(
            "nix-instantiate",
            "--eval",
            "--strict",
            "--json",
            "--read-write-mode",
            "--expr",
            "let image = "
                + imported(written.file())
                + ".image; in map (each: each.drvPath)"
                + " (if builtins.isList image then image else [ image ])");
    Set<String> closure =
        query("--requisites", List.of(roots.replaceAll("[\\[\\]\"]", "").split(",", -1)));
    Set<String> outputs =
        query("--outputs", closure.stream().filter(path -> path.endsWith(".drv")).toList());
    PlanDerivations derivations = written.derivations();
    List<Integer> made =
        written.plan().steps().stream()
            .filter(step -> step.action() != Action.SUBSTITUTE)
            .map(Step::id)
            .toList();
    assertEquals(
        byPath + ", " + byOutputs,
        made.stream().filter(step -> closure.contains(derivations.path(step).toString())).count()
            + " of "
            + made.size()
            + ", "
            + made.stream()
                .filter(
                    step ->
                        derivations.outputs(step).values().stream()
                            .allMatch(path -> outputs.contains(path.toString())))
                .count()
            + " of "
            + made.size());
    for (int step : listed(written.file())) {
      assertFalse(
          derivations.outputs(step).values().stream()
              .anyMatch(path -> outputs.contains(path.toString())),
          "overlays do come to step " + step);
    }
  }

  /** The steps of which a comment says that overlays cannot express them. */
  private static List<Integer> listed(Path overlay) throws IOException {
    String comments =
        Files.readAllLines(overlay).stream()
            .takeWhile(line -> line.startsWith("#"))
            .collect(Collectors.joining(" "));
    return Pattern.compile(" s(\\d+) ")
        .matcher(comments)
        .results()
        .map(found -> Integer.valueOf(found.group(1)))
        .toList();
  }

  private Set<String> query(String what, List<String> paths) throws Exception {
    return Set.copyOf(
        nix.run(
                Stream.concat(Stream.of("nix-store", "--query", what), paths.stream())
                    .toArray(String[]::new))
            .lines()
            .collect(Collectors.toSet()));
  }

  /** No attribute that is replaced leads back to itself. */
  @Test
  void everyAttributeThatIsReplacedEvaluates() throws Exception {
    Written written = written("board/mixed.toml");
    String attributes =
        nix.run(
            "nix-instantiate",
            "--eval",
            "--strict",
            "--json",
            "--expr",
            "let all = "
                + imported(written.file())
                + "; in builtins.mapAttrs (name: packages: map (attribute:"
                + " packages.${attribute}.drvPath or \"set\") (builtins.attrNames"
                + " (all.overlays.${name} packages packages))) all.instances");
    assertTrue(
        attributes.matches("\\{\"cross\":\\[.*\"emulated\":\\[.+\"native\":\\[]}"), attributes);
    assertTrue(attributes.split("\\.drv", -1).length > 50, attributes);
  }

  /** What runs where builds run stays what it was, and so does the bootstrap. */
  @Test
  void onlyPackagesForTheTargetAreReplaced() throws Exception {
    Written written = written("board/mixed.toml");
    String platforms =
        nix.run(
            "nix-instantiate",
            "--eval",
            "--strict",
            "--expr",
            "with "
                + imported(written.file())
                + ".instances; cross.buildPackages.bash.drvPath == native.bash.drvPath"
                + " && emulated.stdenv.drvPath == (import "
                + Fixtures.nixpkgs()
                + " { localSystem = \"riscv64-linux\"; }).stdenv.drvPath");
    assertEquals("true", platforms);
  }

  @Test
  void whatOverlaysCannotSayIsListed() throws Exception {
    String text = Files.readString(written("board/crossplan.toml").file());
    assertTrue(text.contains("builds, and so"), text);
    assertTrue(text.contains("below the stdenv of emulated, which overlays do not reach: s"), text);
    assertFalse(
        Files.readString(written("shell/crossplan.toml").file()).contains("below the stdenv"));
  }
}

package dev.crossplan.cross;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.crossplan.fixtures.Fixtures;
import dev.crossplan.fixtures.NewestNix;
import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanDerivations;
import dev.crossplan.planner.plan.PlanNix;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From the file that a plan is written to, Nix makes the derivations that crossplan computed. */
class WrittenPlansIT {
  private static final Path SHARED =
      Path.of(
          System.getProperty(
              "shared", Fixtures.nixpkgs().resolve("../../../shared").normalize().toString()));

  private final Path folder;

  WrittenPlansIT(@TempDir Path folder) {
    this.folder = folder;
  }

  static Stream<Path> manifests() throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path place : List.of(Fixtures.image(""), SHARED.resolve("graphs"))) {
      if (Files.isDirectory(place)) {
        try (Stream<Path> files = Files.walk(place)) {
          files.filter(file -> file.toString().endsWith(".toml")).sorted().forEach(found::add);
        }
      }
    }
    assertTrue(found.size() >= 5, found.toString());
    return found.stream();
  }

  private static PlanDerivations derivations(Path file) {
    Manifest manifest = ManifestReader.read(file);
    Planner planner = new Planner(new CrossPlatforms(), PlanOptions.DEFAULT, Progress.NONE);
    Prepared prepared = planner.prepare(manifest, manifest.builders());
    return planner.derivations(prepared, planner.plan(prepared));
  }

  /** As {@link #PATHS} writes them. */
  private static String paths(PlanDerivations derivations) {
    List<Integer> made = new ArrayList<>();
    for (Step step : derivations.plan().steps()) {
      if (step.action() != Action.SUBSTITUTE) {
        made.add(step.id());
      }
    }
    return Stream.concat(
            derivations.roots().stream().mapToObj(derivations::path),
            made.stream().map(derivations::path))
        .map(path -> '"' + path.toString() + '"')
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** An expression for the .drv paths of the image and of all steps in their order. */
  private static byte[] expression(PlanDerivations derivations) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(PATHS.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    PlanNix.writeSelfContained(out, derivations);
    out.write(')');
    return out.toByteArray();
  }

  private static final String PATHS =
      """
      (plan:
        let number = name: builtins.fromJSON (builtins.substring 1 9 name);
        in map (step: step.drvPath)
          ((if builtins.isList plan.image then plan.image else [ plan.image ])
            ++ map (name: plan.steps.${name})
              (builtins.sort (one: other: number one < number other) (builtins.attrNames plan.steps)))
      ) (""";

  @ParameterizedTest
  @MethodSource("manifests")
  void nixComputesOurPaths(Path manifest) throws Exception {
    PlanDerivations derivations = derivations(manifest);
    Path file = Files.write(folder.resolve("plan.nix"), expression(derivations));
    assertEquals(
        paths(derivations),
        PrivateNix.rootedIn(folder.resolve("root"))
            .run("nix-instantiate", "--eval", "--strict", "--json", file.toString()));
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void soDoesTheNewestNix(Path manifest) throws Exception {
    Optional<NewestNix> newest = NewestNix.find();
    assumeTrue(newest.isPresent(), NewestNix.MISSING);
    PlanDerivations derivations = derivations(manifest);
    assertEquals(
        paths(derivations), newest.orElseThrow().evaluate(expression(derivations)).strip());
  }

  /** What is built takes nothing but what steps provide, and says so wherever it names an input. */
  @ParameterizedTest
  @MethodSource("manifests")
  void whatIsBuiltTakesOnlyWhatStepsGive(Path manifest) {
    PlanDerivations derivations = derivations(manifest);
    Plan plan = derivations.plan();
    Set<StorePath> made = new HashSet<>();
    for (Step step : plan.steps()) {
      Derivation derivation = derivations.derivation(step.id());
      if (step.action() != Action.SUBSTITUTE) {
        for (StorePath input : derivation.inputDerivations().keySet()) {
          assertTrue(made.contains(input), step + " takes " + input);
        }
      }
      if (step.rewritten()) {
        assertTrue(derivations.isRewritten(step.id()), step.toString());
      }
      made.add(derivations.path(step.id()));
    }
  }

  /** Where the instances were evaluated: what is not rewritten is in the store. */
  @Test
  void evaluatedDerivationsAreReferredTo() throws Exception {
    PrivateNix nix = PrivateNix.rootedIn(folder.resolve("root"));
    PlanDerivations derivations = derivations(Fixtures.image("shell").resolve("crossplan.toml"));
    Path file = folder.resolve("plan.nix");
    try (OutputStream out = Files.newOutputStream(file)) {
      PlanNix.write(out, derivations);
    }
    for (String platforms :
        List.of(
            "localSystem = \"x86_64-linux\";",
            "localSystem = \"riscv64-linux\";",
            "localSystem = \"x86_64-linux\"; crossSystem = { config ="
                + " \"riscv64-unknown-linux-gnu\"; gcc.arch = \"rv64gc\"; };")) {
      nix.run(
          "nix-instantiate",
          "--eval",
          "--strict",
          "--json",
          "--read-write-mode",
          "--expr",
          "import " + Fixtures.nixpkgs().resolve("jobs.nix") + " { " + platforms + " }");
    }
    String image = nix.run("nix-instantiate", file.toString(), "-A", "image");
    assertEquals(derivations.path(derivations.roots().get(0)).toString(), image);
    assertEquals(
        derivations.plan().steps().stream()
            .filter(step -> derivations.isRewritten(step.id()))
            .count(),
        Files.readString(file).lines().filter(line -> line.endsWith(" = derivation {")).count());
    nix.allowDeletion();
  }
}

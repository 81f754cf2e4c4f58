package dev.crossplan.planner.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Iterables;
import dev.crossplan.fixtures.Fixtures;
import dev.crossplan.fixtures.NewestNix;
import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.Derivations;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.derivation.SurrogateEscape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every derivation of every graph, written in the Nix language: Nix computes the paths that we
 * compute. Nothing of them is in a store, since an evaluation remembers what it has made.
 */
class WrittenGraphsIT {
  private static final Path SHARED =
      Path.of(
          System.getProperty(
              "shared", Fixtures.image("..").resolve("../../../shared").normalize().toString()));

  private final Path folder;

  WrittenGraphsIT(@TempDir Path folder) {
    this.folder = folder;
  }

  static Stream<Path> graphs() throws IOException {
    List<Path> found = new java.util.ArrayList<>();
    for (Path place : List.of(Fixtures.image("."), SHARED.resolve("graphs"))) {
      if (Files.isDirectory(place)) {
        try (Stream<Path> files = Files.walk(place)) {
          files.filter(file -> file.toString().endsWith(".json.gz")).sorted().forEach(found::add);
        }
      }
    }
    found.add(golden("drv/basic"));
    found.add(golden("drv/latin1"));
    found.add(golden("drv/experimental"));
    assertTrue(found.size() >= 12, found.toString());
    return found.stream().map(Path::normalize);
  }

  private static Path golden(String name) {
    return Path.of("src/test/resources/derivation").resolve(name);
  }

  private static Map<StorePath, Derivation> read(Path graph) {
    Map<StorePath, Derivation> derivations = new TreeMap<>();
    Derivations.read(graph, derivations::put);
    return derivations;
  }

  /** What is made from sources alone gets a variable, so nearly all derivations are rewritten. */
  private static Map<StorePath, Derivation> changedBelow(Map<StorePath, Derivation> graph) {
    Map<StorePath, Derivation> changed = new TreeMap<>(graph);
    changed.replaceAll(
        (path, derivation) ->
            !derivation.isFixedOutput()
                    && derivation.structuredAttributes().isEmpty()
                    && derivation.inputDerivations().keySet().stream()
                        .map(graph::get)
                        .allMatch(input -> input != null && input.isFixedOutput())
                ? withVariable(derivation)
                : derivation);
    return changed;
  }

  private static Derivation withVariable(Derivation derivation) {
    return new Derivation(
        derivation.name(),
        derivation.system(),
        derivation.builderExecutable(),
        derivation.args(),
        ImmutableSortedMap.<String, String>orderedBy(SurrogateEscape.BYTE_ORDER)
            .putAll(derivation.env())
            .put("CHANGED", "$${''x}\r\u001b'''${\"\\")
            .buildOrThrow(),
        derivation.outputs(),
        derivation.inputDerivations(),
        derivation.inputSources(),
        derivation.structuredAttributes());
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void nixComputesOurPaths(Path graph) throws IOException, InterruptedException {
    Map<StorePath, Derivation> evaluated = read(graph);
    PlanDerivations derivations = PlanDerivations.of(GraphPlan.of(evaluated), evaluated);
    assertEquals(paths(derivations), evaluate(written(derivations)));
    if (!graph.startsWith(SHARED)) { // whose scripts were left out after they were evaluated
      assertEquals(
          evaluated.keySet(),
          Map.copyOf(paths(derivations)).values().stream()
              .map(StorePath::parse)
              .collect(java.util.stream.Collectors.toSet()));
    }
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void nixComputesOurPathsOfWhatIsRewritten(Path graph) throws IOException, InterruptedException {
    Map<StorePath, Derivation> evaluated = changedBelow(read(graph));
    Plan plan = GraphPlan.of(evaluated);
    PlanDerivations derivations = PlanDerivations.of(plan, evaluated);
    assertTrue(
        plan.steps().stream().anyMatch(step -> derivations.isRewritten(step.id())),
        "something is rewritten");
    assertEquals(paths(derivations), evaluate(written(derivations)));
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void soDoesTheNewestNix(Path graph) throws IOException, InterruptedException {
    Optional<NewestNix> newest = NewestNix.find();
    assumeTrue(newest.isPresent(), NewestNix.MISSING);
    Map<StorePath, Derivation> evaluated = changedBelow(read(graph));
    PlanDerivations derivations = PlanDerivations.of(GraphPlan.of(evaluated), evaluated);
    assertEquals(paths(derivations), parse(newest.orElseThrow().evaluate(written(derivations))));
  }

  private static Map<String, String> paths(PlanDerivations derivations) {
    Map<String, String> paths = new TreeMap<>();
    derivations
        .plan()
        .steps()
        .forEach(step -> paths.put("s" + step.id(), derivations.path(step.id()).toString()));
    return paths;
  }

  /** An expression for the .drv paths of all steps. */
  private static byte[] written(PlanDerivations derivations) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write("builtins.mapAttrs (_: step: step.drvPath) (".getBytes(StandardCharsets.US_ASCII));
    PlanNix.writeSelfContained(out, derivations);
    out.write(").steps".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  private Map<String, String> evaluate(byte[] expression) throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("plan.nix"), expression);
    PrivateNix nix = PrivateNix.rootedIn(folder.resolve("root"));
    return parse(
        nix.run(
            "nix-instantiate",
            "--eval",
            "--strict",
            "--json",
            "--option",
            "extra-experimental-features",
            "ca-derivations impure-derivations",
            file.toString()));
  }

  private static Map<String, String> parse(String json) throws IOException {
    Map<String, String> paths = new TreeMap<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String step = parser.currentName();
        parser.nextToken();
        paths.put(step, parser.getText());
      }
    }
    assertTrue(Iterables.size(paths.keySet()) > 0, json);
    return paths;
  }
}

package dev.crossplan.planner.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.ContentAddressMethod;
import dev.crossplan.planner.derivation.ContentHash;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.DerivationHasher;
import dev.crossplan.planner.derivation.HashAlgorithm;
import dev.crossplan.planner.derivation.InputOutputs;
import dev.crossplan.planner.derivation.Output;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the steps of small plans come to. */
class PlanDerivationsTest {
  private static final String STORE = StorePath.DEFAULT_DIRECTORY;
  private static final String HASH = "0".repeat(64);

  private final Map<StorePath, Derivation> evaluated = new HashMap<>();
  private final DerivationHasher hasher = new DerivationHasher(STORE, evaluated::get);
  private final List<Step> steps = new ArrayList<>();

  private StorePath made(String name, List<String> outputs, StorePath... inputs) {
    ImmutableSortedMap.Builder<String, Output> kinds = ImmutableSortedMap.naturalOrder();
    outputs.forEach(output -> kinds.put(output, new Output.Deferred()));
    return add(name, kinds.buildOrThrow(), InputOutputs.of("out"), inputs);
  }

  private StorePath fetched(String name, StorePath... inputs) {
    StorePath unknown = StorePath.of(STORE, "0".repeat(32) + "-" + name);
    Output fixed =
        new Output.Fixed(
            unknown, ContentAddressMethod.FLAT, new ContentHash(HashAlgorithm.SHA256, HASH));
    return add(name, ImmutableSortedMap.of("out", fixed), InputOutputs.of("out"), inputs);
  }

  /** A derivation that names each output that it uses in a variable. */
  private StorePath add(
      String name,
      ImmutableSortedMap<String, Output> outputs,
      InputOutputs used,
      StorePath... inputs) {
    ImmutableSortedMap.Builder<StorePath, InputOutputs> all = ImmutableSortedMap.naturalOrder();
    StringBuilder named = new StringBuilder();
    for (StorePath input : inputs) {
      all.put(input, used);
      Derivation of = evaluated(input);
      used.names().forEach(output -> named.append(path(of, output)).append(' '));
    }
    Derivation derivation =
        hasher.withOutputPaths(
            new Derivation(
                name,
                "riscv64-linux",
                "/bin/sh",
                ImmutableList.of(),
                ImmutableSortedMap.of("inputs", named.toString(), "out", ""),
                outputs,
                all.buildOrThrow(),
                ImmutableSortedSet.of(),
                Optional.empty()));
    StorePath path = hasher.derivationPath(derivation);
    evaluated.put(path, derivation);
    return path;
  }

  private Derivation evaluated(StorePath path) {
    return Optional.ofNullable(evaluated.get(path)).orElseThrow();
  }

  private static StorePath path(Derivation derivation, String output) {
    return Optional.ofNullable(derivation.outputs().get(output))
        .flatMap(Output::knownPath)
        .orElseThrow();
  }

  private int step(Action action, String name, int[] inputs, StorePath... provides) {
    steps.add(
        GraphPlan.step(steps.size(), action, name, ImmutableIntArray.copyOf(inputs), provides));
    return steps.size() - 1;
  }

  private PlanDerivations derivations() {
    return PlanDerivations.of(
        GraphPlan.plan(steps, ImmutableMap.of("image", steps.size() - 1)), evaluated);
  }

  private static final int[] NONE = {};

  private static int[] steps(int... ids) {
    return ids;
  }

  /** zlib of the other world ─ hello */
  @Test
  void aConsumerNamesWhatThePlanTakes() {
    StorePath zlib = made("zlib", List.of("out"));
    StorePath other = made("zlib-riscv64", List.of("out", "dev"));
    StorePath hello = made("hello", List.of("out"), zlib);
    step(Action.BUILD, "zlib", NONE, other, zlib);
    int user = step(Action.BUILD, "hello", steps(0), hello);

    PlanDerivations derivations = derivations();

    assertFalse(derivations.isRewritten(0));
    assertEquals(other, derivations.path(0));
    assertTrue(derivations.isRewritten(user));
    Derivation rewritten = derivations.derivation(user);
    assertEquals(path(evaluated(other), "out") + " ", rewritten.env().get("inputs"));
    assertEquals(Map.of(other, InputOutputs.of("out")), rewritten.inputDerivations());
    assertEquals(rewritten.env().get("out"), String.valueOf(derivations.outputs(user).get("out")));
    assertNotEquals(path(evaluated(hello), "out"), derivations.outputs(user).get("out"));
    assertEquals(ImmutableIntArray.of(user), derivations.roots());
  }

  /**
   * curl of the other world ─ source ─ hello: to run the download must not build the other curl.
   */
  @Test
  void aDownloadIsRunWithTheToolsOfThePlan() {
    StorePath curl = made("curl", List.of("out"));
    StorePath other = made("curl-riscv64", List.of("out"));
    StorePath source = fetched("hello.tar.gz", curl);
    StorePath hello = made("hello", List.of("out"), source);
    step(Action.BUILD, "curl", NONE, other, curl);
    int fetch = step(Action.FETCH, "hello.tar.gz", steps(0), source);
    int user = step(Action.BUILD, "hello", steps(1), hello);

    PlanDerivations derivations = derivations();

    assertEquals(Set.of(other), derivations.derivation(fetch).inputDerivations().keySet());
    assertEquals(path(evaluated(source), "out"), derivations.outputs(fetch).get("out"));
    assertTrue(derivations.isRewritten(user));
    assertEquals(path(evaluated(hello), "out"), derivations.outputs(user).get("out"));
  }

  /** Two downloads of one thing: who uses the one that is not run names the other. */
  @Test
  void aTwinIsNamedByTheDerivationOfThePlan() {
    StorePath source = fetched("hello.tar.gz");
    StorePath twin = fetched("hello.tar.gz", made("curl", List.of("out")));
    StorePath hello = made("hello", List.of("out"), twin);
    step(Action.FETCH, "hello.tar.gz", NONE, source, twin);
    int user = step(Action.BUILD, "hello", steps(0), hello);

    PlanDerivations derivations = derivations();

    assertEquals(Set.of(source), derivations.derivation(user).inputDerivations().keySet());
    assertEquals(path(evaluated(hello), "out"), derivations.outputs(user).get("out"));
  }

  /** What is substituted is what was evaluated, whatever the plan makes of its inputs. */
  @Test
  void whatIsSubstitutedStaysAsItIs() {
    StorePath zlib = made("zlib", List.of("out"));
    StorePath other = made("zlib-riscv64", List.of("out"));
    StorePath tool = made("tool", List.of("out"), zlib);
    step(Action.BUILD, "zlib", NONE, other, zlib);
    int substituted = step(Action.SUBSTITUTE, "tool", NONE, tool);
    step(Action.BUILD, "hello", steps(0, 1), made("hello", List.of("out"), zlib, tool));
    assertEquals(tool, derivations().path(substituted));
  }

  private PlanDerivations splitLibgcc(String name) {
    StorePath whole =
        add(
            "gcc",
            ImmutableSortedMap.of("libgcc", new Output.Deferred(), "out", new Output.Deferred()),
            InputOutputs.of("out"));
    StorePath libgcc = made(name + "-riscv64", List.of("out"));
    StorePath other = made("gcc-riscv64", List.of("out"), libgcc);
    StorePath user =
        add(
            "stdenv",
            ImmutableSortedMap.of("out", new Output.Deferred()),
            InputOutputs.of("libgcc", "out"),
            whole);
    step(Action.BUILD, name, NONE, libgcc);
    step(Action.BUILD, "gcc", steps(0), other, whole);
    step(Action.BUILD, "stdenv", steps(1), user);
    return derivations();
  }

  /** gcc has an output libgcc here; there it is a derivation that gcc needs. */
  @Test
  void anOutputThatTheProviderLacksIsTheStepOfThatName() {
    PlanDerivations derivations = splitLibgcc("libgcc");
    assertEquals(
        Map.of(
            derivations.path(0),
            InputOutputs.of("out"),
            derivations.path(1),
            InputOutputs.of("out")),
        derivations.derivation(2).inputDerivations());
    assertEquals(
        derivations.outputs(0).get("out") + " " + derivations.outputs(1).get("out") + " ",
        derivations.derivation(2).env().get("inputs"));
  }

  @Test
  void anOutputThatNoStepGivesIsTold() {
    InputException thrown = assertThrows(InputException.class, () -> splitLibgcc("libgomp"));
    assertTrue(
        String.valueOf(thrown.getMessage())
            .startsWith("no step gives the output libgcc, which stdenv uses of gcc: "),
        thrown.getMessage());
    assertTrue(thrown.remedy().isPresent());
  }
}

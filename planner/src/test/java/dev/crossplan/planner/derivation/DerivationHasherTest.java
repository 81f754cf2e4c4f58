package dev.crossplan.planner.derivation;

import static dev.crossplan.planner.derivation.Messages.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DerivationHasherTest {
  private static StorePath drv(String name) {
    return StorePath.of("/nix/store", "00000000000000000000000000000000-" + name + ".drv");
  }

  private static Derivation derivation(String name, StorePath... inputs) {
    ImmutableSortedMap.Builder<StorePath, InputOutputs> used = ImmutableSortedMap.naturalOrder();
    for (StorePath input : inputs) {
      used.put(input, InputOutputs.of("out"));
    }
    return new Derivation(
        name,
        "x86_64-linux",
        "/bin/sh",
        ImmutableList.of(),
        ImmutableSortedMap.of("out", "old"),
        ImmutableSortedMap.of("out", new Output.Deferred()),
        used.buildOrThrow(),
        ImmutableSortedSet.of(),
        Optional.empty());
  }

  private static Derivation completed(Derivation derivation, Map<StorePath, Derivation> others) {
    return new DerivationHasher("/nix/store", others::get).withOutputPaths(derivation);
  }

  @Test
  void pathsAreFilledIn() {
    Derivation completed = completed(derivation("a"), Map.of());
    Output.InputAddressed out = (Output.InputAddressed) completed.outputs().get("out");
    assertEquals(String.valueOf(out), "InputAddressed[path=" + completed.env().get("out") + "]");
    assertEquals(completed, completed(completed, Map.of()));
  }

  @Test
  void changedInputChangesThePath() {
    Derivation library = completed(derivation("library"), Map.of());
    Derivation other =
        new Derivation(
            library.name(),
            "riscv64-linux",
            library.builderExecutable(),
            library.args(),
            library.env(),
            library.outputs(),
            library.inputDerivations(),
            library.inputSources(),
            library.structuredAttributes());
    Derivation program = derivation("program", drv("library"));
    assertNotEquals(
        completed(program, Map.of(drv("library"), library)),
        completed(program, Map.of(drv("library"), other)));
  }

  @Test
  void missingInputIsNamed() {
    assertRefused(
        "derivation a needs " + drv("b") + ", which is missing",
        () -> completed(derivation("a", drv("b")), Map.of()));
    assertRefused(
        "derivation " + drv("b") + " needs " + drv("c") + ", which is missing",
        () -> completed(derivation("a", drv("b")), Map.of(drv("b"), derivation("b", drv("c")))));
  }

  @Test
  void cycleIsNamed() {
    Map<StorePath, Derivation> cycle =
        Map.of(
            drv("b"), derivation("b", drv("c"), drv("d")),
            drv("c"), derivation("c"),
            drv("d"), derivation("d", drv("b")));
    assertRefused(
        "derivation " + drv("b") + " needs itself, by way of " + drv("d"),
        () -> completed(derivation("a", drv("b")), cycle));
  }

  /** Each the input of the next and of the one after that: many ways, long chains. */
  @Test
  void deepGraphsAreHashed() {
    Map<StorePath, Derivation> graph = new HashMap<>();
    Output known =
        new Output.InputAddressed(StorePath.parse("/nix/store/00000000000000000000000000000000-x"));
    for (int i = 0; i < 100_000; i++) {
      Derivation next =
          i == 0
              ? derivation("d0")
              : i == 1
                  ? derivation("d1", drv("d0"))
                  : derivation("d" + i, drv("d" + (i - 1)), drv("d" + (i - 2)));
      graph.put(drv("d" + i), withOutput(next, known));
    }
    Derivation last = derivation("last", drv("d99999"));
    Derivation completed = completed(last, graph);
    assertNotEquals(last, completed);
    // The order in which inputs are met does not matter.
    DerivationHasher inOrder = new DerivationHasher("/nix/store", graph::get);
    for (int i = 0; i < 1000; i++) {
      Derivation next = derivation("next", drv("d" + i));
      Derivation expected = i % 100 == 0 ? completed(next, graph) : inOrder.withOutputPaths(next);
      assertEquals(expected, inOrder.withOutputPaths(next));
    }
  }

  private static Derivation withOutput(Derivation derivation, Output output) {
    return new Derivation(
        derivation.name(),
        derivation.system(),
        derivation.builderExecutable(),
        derivation.args(),
        derivation.env(),
        ImmutableSortedMap.of("out", output),
        derivation.inputDerivations(),
        derivation.inputSources(),
        derivation.structuredAttributes());
  }
}

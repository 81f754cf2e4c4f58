package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class DerivationGraphTest {
  private static Instance instance(String name) {
    return new Instance(
        name,
        Platform.of("riscv64-linux"),
        Optional.empty(),
        new Instance.Nixpkgs(
            "nixpkgs", Optional.empty(), ImmutableList.of(), ImmutableList.of("git")));
  }

  /** Old versions of Nix count nothing: then all evaluations took the same. */
  private static GraphPart evaluated() {
    GraphPart part = new GraphPart("git", new PlatformFlags(ImmutableSet.of()));
    part.setEvaluationCost(EvaluationCost.NONE);
    return part;
  }

  /** Three instances. */
  private static DerivationGraph ofWhichTheLastIsTheFirst() {
    GraphPart both = evaluated();
    return DerivationGraph.join(
        ImmutableList.of(instance("one"), instance("two"), instance("three")),
        List.of(both, evaluated(), both),
        Collections.nCopies(3, attribute -> true));
  }

  @Test
  void whatTookTheSameWasNotEvaluatedTogether() {
    DerivationGraph graph = ofWhichTheLastIsTheFirst();
    assertEquals(graph.evaluationCost(0), graph.evaluationCost(1));
    assertEquals(OptionalInt.empty(), graph.evaluatedWith(0));
    assertEquals(OptionalInt.empty(), graph.evaluatedWith(1));
    assertEquals(OptionalInt.of(0), graph.evaluatedWith(2));
    assertTrue(graph.areSame(0, 2));
  }

  /** Of a thousand entries that mean the same. */
  @Test
  void whatIsReadOnceIsOneOfTheDistinct() {
    DerivationGraph graph = ofWhichTheLastIsTheFirst();
    assertEquals(List.of(0, 1), graph.distinctInstances());
  }
}

package dev.crossplan.planner.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * Every reduction alone, and all together, keep the optimum and lift to a selection of its cost.
 */
class ReductionsTest {
  private static final Deadline NEVER = Deadline.in(Duration.ofDays(1));

  @Provide
  static Arbitrary<ChoiceProblem> problems() {
    Arbitrary<Long> seeds = Arbitraries.longs();
    return seeds.map(
        seed -> {
          int shape = (int) Math.floorMod(seed, 4L);
          return GeneratedProblems.random(
              seed, 4 + 2 * shape, 5 - shape / 2, 2 + shape / 2, 15 * shape);
        });
  }

  @Provide
  static Arbitrary<Reduction> reductions() {
    return Arbitraries.of(Reductions.ALL);
  }

  @Property(tries = 10_000, seed = "1")
  void oneReductionKeepsTheOptimum(
      @ForAll("problems") ChoiceProblem problem, @ForAll("reductions") Reduction reduction) {
    MutableProblem reduced = new MutableProblem(problem);
    reduction.apply(reduced);
    assertSameOptimum(problem, reduced);
  }

  @Property(tries = 10_000, seed = "1")
  void oneReductionAfterTheOthersKeepsTheOptimum(
      @ForAll("problems") ChoiceProblem problem,
      @ForAll List<@IntRange(min = 0, max = 6) Integer> order) {
    MutableProblem reduced = new MutableProblem(problem);
    for (int next : order) {
      if (!reduced.isImpossible()) {
        Reductions.ALL.get(next).apply(reduced);
      }
    }
    assertSameOptimum(problem, reduced);
  }

  @Property(tries = 10_000, seed = "1")
  void allReductionsKeepTheOptimum(@ForAll("problems") ChoiceProblem problem) {
    MutableProblem reduced = new MutableProblem(problem);
    Reductions.applyAll(reduced, NEVER);
    assertSameOptimum(problem, reduced);
  }

  private static void assertSameOptimum(ChoiceProblem problem, MutableProblem reduced) {
    Optional<Double> expected = BruteForce.leastCost(problem);
    if (reduced.isImpossible()) {
      assertEquals(Optional.empty(), expected);
      return;
    }
    double cost = reduced.fixedCost();
    IntList chosen = new IntList();
    for (Core core : Core.of(reduced, problem)) {
      int[] best = BruteForce.cheapest(core.problem());
      if (best.length == 0) {
        assertEquals(Optional.empty(), expected);
        return;
      }
      for (int recipe : best) {
        if (recipe != Selection.NONE) {
          cost += core.problem().cost(recipe);
          chosen.add(core.liveRecipe(recipe));
        }
      }
    }
    assertTrue(expected.isPresent(), "possible only after the reduction");
    assertEquals(expected.get(), cost, 1e-9);
    assertEquals(expected.get(), reduced.lift(chosen.toArray()).cost(), 1e-9);
  }
}

package dev.crossplan.planner.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.crossplan.planner.OrTools;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Every algorithm on every graph: valid answers, true bounds, and those that prove are right. */
class SolversTest {
  private static final Deadline NEVER = Deadline.in(Duration.ofDays(1));

  /** Works on a problem that is possible, without reductions before it. */
  private interface Algorithm {
    void run(Incumbent incumbent, boolean[] usable, SplittableRandom random);
  }

  private static final Map<String, Algorithm> ALL =
      new TreeMap<>(
          Map.of(
              "heuristics", SolversTest::heuristics,
              "ascents", SolversTest::ascents,
              "branch and bound", SolversTest::branchAndBound,
              "neighbourhoods", SolversTest::neighbourhoods,
              "hard search", SolversTest::hardSearch));

  @Property(tries = 3_000, seed = "1")
  void nobodyBeatsTheOptimumAndBoundsAreTrue(@ForAll long seed) {
    ChoiceProblem problem = possible(seed);
    Optional<Double> least = BruteForce.leastCost(problem);
    if (least.isEmpty()) {
      return;
    }
    ALL.forEach(
        (name, algorithm) -> {
          Incumbent incumbent = new Incumbent(problem);
          boolean[] usable = new boolean[problem.recipeCount()];
          for (int r = 0; r < usable.length; r++) {
            usable[r] = problem.cost(r) < Double.POSITIVE_INFINITY;
          }
          algorithm.run(incumbent, usable, new SplittableRandom(seed));
          assertTrue(incumbent.cost() >= least.get() - 1e-9, name + ": valid");
          assertTrue(incumbent.bound() <= least.get() + 1e-9, name + ": true bound");
          if (name.equals("branch and bound") || name.equals("hard search")) {
            assertEquals(least.get(), incumbent.cost(), 1e-9, name + ": exact");
            assertTrue(incumbent.isOptimal(), name + ": proves it");
          }
        });
  }

  /** A recipe that is ruled out is in no selection that costs less than the best known one. */
  @Property(tries = 3_000, seed = "1")
  void noBetterSelectionIsRuledOut(@ForAll long seed) {
    ChoiceProblem problem = possible(seed);
    Optional<Double> least = BruteForce.leastCost(problem);
    if (least.isEmpty()) {
      return;
    }
    Incumbent incumbent = new Incumbent(problem);
    boolean[] usable = usable(problem);
    ascents(incumbent, usable, new SplittableRandom(seed));
    if (incumbent.cost() > least.get() + 1e-9) {
      int[] best = BruteForce.cheapest(GeneratedProblems.onlyUsable(problem, usable));
      assertTrue(best.length > 0, "all better selections are ruled out");
    }
  }

  /** Five pairs to be covered; any two sets cover four: the relaxation is 2.5, the optimum 3. */
  @Test
  void theIntegerProgramHasTheOptimum() {
    assumeTrue(OrTools.load(), "no native library of OR-Tools for this machine");
    ProblemDraft draft = new ProblemDraft();
    int[] sets = new int[5];
    for (int i = 0; i < 5; i++) {
      sets[i] = draft.artifact("set" + i);
      draft.recipe(sets[i], "r", 1);
    }
    for (int i = 0; i < 5; i++) {
      int pair = draft.artifact("pair" + i);
      draft.recipe(pair, "left", 0, sets[i]);
      draft.recipe(pair, "right", 0, sets[(i + 1) % 5]);
      draft.root(pair);
    }
    ChoiceProblem problem = draft.finish();
    Incumbent incumbent = new Incumbent(problem);
    boolean[] usable = usable(problem);
    heuristics(incumbent, usable, new SplittableRandom(0));
    assertEquals(2.5, new IntegerProgram(incumbent, usable, true).relaxation(NEVER), 1e-4);
    assertTrue(new IntegerProgram(incumbent, usable, false).solve(NEVER));
    assertEquals(3, incumbent.cost());
    assertTrue(incumbent.isOptimal());
  }

  @Property(tries = 60, seed = "1")
  void theIntegerProgramIsRightAboutCycles(@ForAll long seed) {
    assumeTrue(OrTools.load(), "no native library of OR-Tools for this machine");
    ChoiceProblem problem = possible(seed);
    Optional<Double> least = BruteForce.leastCost(problem);
    if (least.isEmpty()) {
      return;
    }
    Incumbent incumbent = new Incumbent(problem);
    boolean[] usable = usable(problem);
    heuristics(incumbent, usable, new SplittableRandom(seed));
    if (incumbent.isOptimal()) {
      return;
    }
    assertTrue(new IntegerProgram(incumbent, usable, false).solve(NEVER));
    assertEquals(least.get(), incumbent.cost(), 1e-9);
  }

  /** Few artifacts, many recipes: what is hard is hard at once. */
  private static ChoiceProblem possible(long seed) {
    ChoiceProblem problem = GeneratedProblems.random(seed, 8, 4, 3, 15);
    return GeneratedProblems.onlyUsable(problem, usable(problem));
  }

  private static boolean[] usable(ChoiceProblem problem) {
    boolean[] derivable = Derivability.of(problem);
    boolean[] usable = new boolean[problem.recipeCount()];
    Arrays.fill(usable, true);
    for (int r = 0; r < usable.length; r++) {
      usable[r] = problem.cost(r) < Double.POSITIVE_INFINITY;
      for (int i = problem.firstNeed(r); i < problem.endNeed(r); i++) {
        usable[r] &= derivable[problem.need(i)] && problem.need(i) != problem.artifactOf(r);
      }
    }
    return usable;
  }

  private static void heuristics(Incumbent incumbent, boolean[] usable, SplittableRandom random) {
    Heuristics.run(incumbent, new Uses(incumbent.problem()), NEVER, random);
  }

  private static void ascents(Incumbent incumbent, boolean[] usable, SplittableRandom random) {
    heuristics(incumbent, usable, random);
    Ascents ascents = ascentsOf(incumbent);
    ascents.rankByHighest();
    for (int i = 0; i < 5; i++) {
      double bound = ascents.run(usable, incumbent.problem().roots(), NEVER);
      incumbent.offerBound(Math.min(bound, ascents.enough()) * incumbent.scale().unit());
      if (bound >= ascents.enough()) {
        return;
      }
      ascents.offerCheapest(true);
      ascents.rankAtRandom(random);
    }
  }

  private static Ascents ascentsOf(Incumbent incumbent) {
    return new Ascents(
        incumbent, new Uses(incumbent.problem()), Double.POSITIVE_INFINITY, new Effort());
  }

  private static void branchAndBound(
      Incumbent incumbent, boolean[] usable, SplittableRandom random) {
    BranchAndBound search =
        new BranchAndBound(incumbent.problem(), ascentsOf(incumbent), usable, 0, random);
    search.run(() -> true, NEVER);
    incumbent.offerBound(search.bound() * incumbent.scale().unit());
  }

  private static void neighbourhoods(
      Incumbent incumbent, boolean[] usable, SplittableRandom random) {
    heuristics(incumbent, usable, random);
    Neighbourhoods neighbourhoods = new Neighbourhoods(incumbent, usable, random);
    for (int i = 0; i < 5 && incumbent.best().size() > 0; i++) {
      neighbourhoods.improveOnce(NEVER);
    }
  }

  private static void hardSearch(Incumbent incumbent, boolean[] usable, SplittableRandom random) {
    heuristics(incumbent, usable, random);
    new HardSearch(false, new Effort())
        .search(
            incumbent, ascentsOf(incumbent), usable, 0, Double.POSITIVE_INFINITY, random, NEVER);
  }
}

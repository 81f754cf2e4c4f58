package dev.crossplan.planner.choice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.choice.ChoiceResult.Impossible;
import dev.crossplan.planner.choice.ChoiceResult.Solved;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ChoiceTest {
  private static final ChoiceOptions OPTIONS = ChoiceOptions.within(Duration.ofSeconds(60));

  @Property(tries = 5_000, seed = "1")
  void theCheapestSelectionIsFound(@ForAll long seed) {
    int free = (int) Math.floorMod(seed, 3L) * 20;
    assertCheapest(GeneratedProblems.random(seed, 9, 4, 3, free), OPTIONS);
  }

  private static void assertCheapest(ChoiceProblem problem, ChoiceOptions options) {
    Optional<Double> expected = BruteForce.leastCost(problem);
    ChoiceResult result = Choice.solve(problem, options);
    if (expected.isEmpty()) {
      InfeasibilityTest.assertExplains(problem, assertInstanceOf(Impossible.class, result));
      return;
    }
    Solved solved = assertInstanceOf(Solved.class, result);
    assertEquals(expected.get(), solved.cost(), 1e-9);
    assertTrue(solved.optimal());
  }

  /**
   * git -> zlib, openssl -> zlib: zlib is paid once, so the dearer git that shares it is cheaper.
   */
  @Test
  void whatIsSharedIsPaidOnce() {
    ProblemDraft draft = new ProblemDraft();
    int zlib = draft.artifact("zlib");
    int openssl = draft.artifact("openssl");
    int git = draft.artifact("git");
    draft.recipe(zlib, "cross", 10);
    draft.recipe(openssl, "cross", 30, zlib);
    draft.recipe(git, "small", 18);
    draft.recipe(git, "with-zlib", 12, zlib);
    draft.root(openssl);
    draft.root(git);
    Solved solved = (Solved) Choice.solve(draft.finish(), OPTIONS);
    assertEquals(52, solved.cost());
    assertTrue(solved.optimal());
    assertEquals(
        "with-zlib", solved.selection().problem().recipeName(solved.selection().recipeOf(git)));
  }

  @Test
  void aProblemWithoutRootsCostsNothing() {
    ProblemDraft draft = new ProblemDraft();
    draft.recipe(draft.artifact("a"), "r", 1);
    Solved solved = (Solved) Choice.solve(draft.finish(), OPTIONS);
    assertEquals(0, solved.cost());
    assertTrue(solved.optimal());
  }

  /** Costs that are no multiples of anything. */
  @Property(tries = 1_000, seed = "1")
  void theCheapestSelectionIsFoundWhateverTheCosts(@ForAll long seed) {
    ChoiceProblem whole = GeneratedProblems.random(seed, 9, 4, 3, 10);
    SplittableRandom random = new SplittableRandom(seed);
    assertCheapest(
        GeneratedProblems.withCosts(whole, () -> random.nextDouble() * Math.PI), OPTIONS);
  }

  @Test
  void theSameInputAndSeedGiveTheSameSelection() {
    ChoiceProblem problem = GeneratedProblems.cover(1, 40, 30, 4, 9);
    ChoiceOptions options = OPTIONS.withSeed(5).withoutNativeSolvers();
    Solved first = (Solved) Choice.solve(problem, options);
    Solved second = (Solved) Choice.solve(problem, options);
    assertTrue(first.optimal());
    assertArrayEquals(first.selection().toArray(), second.selection().toArray());
  }

  @Test
  void aSearchWithoutTimeGivesAnAnswerAndABound() {
    ChoiceProblem problem = GeneratedProblems.possible(4, 20_000, 3, 3, 100);
    Solved solved = (Solved) Choice.solve(problem, ChoiceOptions.within(Duration.ZERO));
    assertTrue(solved.bound() > 0);
    assertTrue(solved.bound() <= solved.cost());
  }

  @Test
  void aChainIsAsDeepAsItLikes() {
    Solved solved = (Solved) Choice.solve(GeneratedProblems.chain(100_000), OPTIONS);
    assertEquals(100_000, solved.cost());
    assertTrue(solved.optimal());
  }

  @Test
  void theAnswerIsNeverWorseThanAKnownOne() {
    ChoiceProblem problem = GeneratedProblems.possible(3, 2_000, 3, 3, 40);
    Solved good = (Solved) Choice.solve(problem, ChoiceOptions.within(Duration.ofSeconds(1)));
    Solved again =
        (Solved)
            Choice.solve(
                problem,
                ChoiceOptions.within(Duration.ZERO).withoutNativeSolvers(),
                List.of(good.selection()));
    assertTrue(again.cost() <= good.cost());
  }

  @Test
  void aSelectionOfAnotherProblemIsRefused() {
    ChoiceProblem problem = GeneratedProblems.chain(3);
    Selection other = Selection.of(GeneratedProblems.chain(3), new int[] {0, 2, 4});
    assertThrows(
        IllegalArgumentException.class, () -> Choice.solve(problem, OPTIONS, List.of(other)));
  }
}

package dev.crossplan.planner.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.choice.ChoiceResult.Impossible;
import dev.crossplan.planner.choice.ChoiceResult.Solved;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ChoiceTest {
  private static final ChoiceOptions OPTIONS = ChoiceOptions.within(Duration.ofSeconds(60));

  @Property(tries = 2_000)
  void the_cheapest_selection_is_found(@ForAll long seed) {
    ChoiceProblem problem = GeneratedProblems.random(seed, 9, 4, 3, 20);
    assertCheapest(problem, OPTIONS.withoutNativeSolvers());
  }

  @Property(tries = 100)
  void the_cheapest_selection_is_found_with_native_solvers(@ForAll long seed) {
    ChoiceProblem problem = GeneratedProblems.random(seed, 9, 4, 3, 20);
    assertCheapest(problem, OPTIONS);
  }

  private static void assertCheapest(ChoiceProblem problem, ChoiceOptions options) {
    Optional<Double> expected = BruteForce.leastCost(problem);
    ChoiceResult result = Choice.solve(problem, options);
    if (expected.isEmpty()) {
      ExplainerTest.assertExplains(problem, assertInstanceOf(Impossible.class, result));
      return;
    }
    Solved solved = assertInstanceOf(Solved.class, result);
    assertTrue(solved.bound() <= expected.get() + 1e-9, "true bound");
    assertTrue(solved.cost() >= expected.get() - 1e-9, "valid");
    if (options.nativeSolvers() && OrTools.load()) {
      assertTrue(solved.optimal());
    }
    if (solved.optimal()) {
      assertEquals(expected.get(), solved.cost(), 1e-9);
    }
  }

  /**
   * git -> zlib, openssl -> zlib: zlib is paid once, so the dearer git that shares it is cheaper.
   */
  @Test
  void what_is_shared_is_paid_once() {
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
  void a_problem_without_roots_costs_nothing() {
    ProblemDraft draft = new ProblemDraft();
    draft.recipe(draft.artifact("a"), "r", 1);
    Solved solved = (Solved) Choice.solve(draft.finish(), OPTIONS);
    assertEquals(0, solved.cost());
    assertTrue(solved.optimal());
  }

  @Test
  void a_chain_is_as_deep_as_it_likes() {
    Solved solved =
        (Solved)
            Choice.solve(
                GeneratedProblems.chain(100_000), ChoiceOptions.within(Duration.ofSeconds(3)));
    assertTrue(solved.selection().size() > 50_000);
  }

  @Test
  void the_answer_is_never_worse_than_a_known_one() {
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
  void a_selection_of_another_problem_is_refused() {
    ChoiceProblem problem = GeneratedProblems.chain(3);
    Selection other = Selection.of(GeneratedProblems.chain(3), new int[] {0, 2, 4});
    assertThrows(
        IllegalArgumentException.class, () -> Choice.solve(problem, OPTIONS, List.of(other)));
  }
}

package dev.crossplan.planner.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.choice.ChoiceResult.DeadArtifact;
import dev.crossplan.planner.choice.ChoiceResult.DeadRecipe;
import dev.crossplan.planner.choice.ChoiceResult.Death;
import dev.crossplan.planner.choice.ChoiceResult.Impossible;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class InfeasibilityTest {
  private static final ChoiceOptions OPTIONS = ChoiceOptions.within(Duration.ofSeconds(60));

  /** git -> python3, whose cross recipe is broken and whose emulated one no builder runs. */
  @Test
  void theArtifactWithoutUsableRecipeIsNamedAndTheWayToIt() {
    ProblemDraft draft = new ProblemDraft();
    int git = draft.artifact("git");
    int python = draft.artifact("python3");
    int zlib = draft.artifact("zlib");
    draft.recipe(git, "cross", 90, python, zlib);
    draft.recipe(python, "cross", Double.POSITIVE_INFINITY, zlib);
    draft.recipe(python, "emulated", Double.POSITIVE_INFINITY);
    draft.recipe(zlib, "cross", 4);
    draft.root(zlib);
    draft.root(git);
    ChoiceProblem problem = draft.finish();
    Impossible impossible = (Impossible) Choice.solve(problem, OPTIONS);
    assertEquals(
        ImmutableList.of(
            new DeadArtifact(git, ImmutableList.of(new DeadRecipe(0, Death.NEEDS_DEAD, python))),
            new DeadArtifact(
                python,
                ImmutableList.of(
                    new DeadRecipe(1, Death.UNUSABLE, Selection.NONE),
                    new DeadRecipe(2, Death.UNUSABLE, Selection.NONE)))),
        impossible.artifacts());
    assertExplains(problem, impossible);
  }

  /** a -> b -> a and nothing else: dead only because of the cycle. */
  @Test
  void aCycleIsNamedAsSuch() {
    ProblemDraft draft = new ProblemDraft();
    int a = draft.artifact("a");
    int b = draft.artifact("b");
    draft.recipe(a, "r", 1, b);
    draft.recipe(b, "r", 1, a);
    draft.root(a);
    ChoiceProblem problem = draft.finish();
    Impossible impossible = (Impossible) Choice.solve(problem, OPTIONS);
    assertEquals(2, impossible.artifacts().size());
    assertEquals(new DeadRecipe(0, Death.NEEDS_IN_CYCLE, b), impossible.root().recipes().get(0));
    assertExplains(problem, impossible);
  }

  /** Of two dead roots the one with the shorter story, of two dead needs the one nearer the end. */
  @Test
  void theSmallestReasonIsGiven() {
    ProblemDraft draft = new ProblemDraft();
    int far = draft.artifact("far");
    int middle = draft.artifact("middle");
    int near = draft.artifact("near");
    int missing = draft.artifact("missing");
    draft.recipe(far, "r", 1, middle);
    draft.recipe(middle, "r", 1, near);
    draft.recipe(near, "r", 1, middle, missing);
    draft.root(far);
    draft.root(near);
    Impossible impossible = (Impossible) Choice.solve(draft.finish(), OPTIONS);
    assertEquals(near, impossible.root().artifact());
    assertEquals(2, impossible.artifacts().size());
    assertEquals(ImmutableList.of(), impossible.artifacts().get(1).recipes());
  }

  /**
   * Closed: a root first, and every recipe of every artifact is unusable or needs one of the set.
   */
  static void assertExplains(ChoiceProblem problem, Impossible impossible) {
    Set<Integer> named = new TreeSet<>();
    impossible.artifacts().forEach(dead -> named.add(dead.artifact()));
    boolean isRoot = false;
    for (int root : problem.roots()) {
      isRoot |= root == impossible.root().artifact();
    }
    assertTrue(isRoot, "the first one is a root");
    for (DeadArtifact dead : impossible.artifacts()) {
      int first = problem.firstRecipe(dead.artifact());
      assertEquals(problem.endRecipe(dead.artifact()) - first, dead.recipes().size());
      for (int i = 0; i < dead.recipes().size(); i++) {
        DeadRecipe recipe = dead.recipes().get(i);
        assertEquals(first + i, recipe.recipe());
        if (recipe.death() == Death.UNUSABLE) {
          assertEquals(Double.POSITIVE_INFINITY, problem.cost(recipe.recipe()));
        } else {
          assertTrue(named.contains(recipe.needs()));
          boolean needed = false;
          for (int n = problem.firstNeed(first + i); n < problem.endNeed(first + i); n++) {
            needed |= problem.need(n) == recipe.needs();
          }
          assertTrue(needed, "the recipe needs what it is said to need");
        }
      }
    }
    assertFalse(named.isEmpty());
  }
}

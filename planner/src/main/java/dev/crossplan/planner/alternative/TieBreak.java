package dev.crossplan.planner.alternative;

import dev.crossplan.planner.choice.ChoiceProblem;
import dev.crossplan.planner.choice.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Gives emulated builds more native tools where a selection costs the same with them: costs that a
 * manifest gives may not tell the two apart, but what is not emulated is done sooner.
 */
final class TieBreak {
  private final ChoiceProblem problem;
  private final IntFunction<Optional<Making>> making;

  private record Exchange(int artifact, int recipe) {}

  /**
   * @param making what a recipe of the problem makes; empty where it only says what stands for what
   */
  TieBreak(ChoiceProblem problem, IntFunction<Optional<Making>> making) {
    this.problem = problem;
    this.making = making;
  }

  /** As cheap a selection, which makes nothing that {@code selection} does not make. */
  Selection of(Selection selection) {
    List<Exchange> exchanges = new ArrayList<>();
    int[] before = selection.toArray();
    int[] all = selection.toArray();
    for (int artifact = 0; artifact < before.length; artifact++) {
      int recipe = withMoreNative(artifact, before);
      if (recipe != Selection.NONE) {
        exchanges.add(new Exchange(artifact, recipe));
        exchange(all, artifact, recipe);
      }
    }
    return exchanges.isEmpty()
        ? selection
        : Selection.ofValid(problem, all).orElseGet(() -> oneByOne(exchanges, selection));
  }

  /** What each of them allows may be a cycle together. */
  private Selection oneByOne(List<Exchange> exchanges, Selection selection) {
    Selection best = selection;
    for (Exchange each : exchanges) {
      int[] next = best.toArray();
      exchange(next, each.artifact(), each.recipe());
      best = Selection.ofValid(problem, next).orElse(best);
    }
    return best;
  }

  /**
   * The recipe that makes the same with the most native tools for no more; none where nothing is
   * chosen, or that one is, or what it needs is not there.
   */
  private int withMoreNative(int artifact, int[] chosen) {
    int best = Selection.NONE;
    if (chosen[artifact] == Selection.NONE) {
      return best;
    }
    @Nullable Making most = making.apply(chosen[artifact]).orElse(null);
    for (int recipe = problem.firstRecipe(artifact);
        most != null && recipe < problem.endRecipe(artifact);
        recipe++) {
      @Nullable Making other = making.apply(recipe).orElse(null);
      if (other != null
          && other.tools().compareTo(most.tools()) > 0
          && other.equals(most.with(other.tools()))
          && problem.cost(recipe) <= problem.cost(chosen[artifact])
          && isProvided(recipe, chosen)) {
        best = recipe;
        most = other;
      }
    }
    return best;
  }

  /** Whether something that is chosen may stand for all that {@code recipe} needs. */
  private boolean isProvided(int recipe, int[] chosen) {
    for (int at = problem.firstNeed(recipe); at < problem.endNeed(recipe); at++) {
      int need = problem.need(at);
      if (chosen[need] == Selection.NONE && standIn(need, chosen) == Selection.NONE) {
        return false;
      }
    }
    return true;
  }

  /** A recipe by which something that is chosen stands for {@code artifact}, if any. */
  private int standIn(int artifact, int[] chosen) {
    for (int recipe = problem.firstRecipe(artifact);
        recipe < problem.endRecipe(artifact);
        recipe++) {
      if (making.apply(recipe).isEmpty() && isProvided(recipe, chosen)) {
        return recipe;
      }
    }
    return Selection.NONE;
  }

  /** Takes another recipe, and what stands for all that it needs; both may be none. */
  private void exchange(int[] chosen, int artifact, int recipe) {
    chosen[artifact] = recipe;
    if (recipe == Selection.NONE) {
      return;
    }
    for (int at = problem.firstNeed(recipe); at < problem.endNeed(recipe); at++) {
      int need = problem.need(at);
      if (chosen[need] == Selection.NONE) {
        exchange(chosen, need, standIn(need, chosen));
      }
    }
  }
}

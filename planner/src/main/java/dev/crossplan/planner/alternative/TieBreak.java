package dev.crossplan.planner.alternative;

import dev.crossplan.planner.choice.ChoiceProblem;
import dev.crossplan.planner.choice.Selection;
import dev.crossplan.planner.history.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

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
    int[] all = selection.toArray();
    for (int artifact = 0; artifact < all.length; artifact++) {
      int recipe = selection.contains(artifact) ? withMoreNative(artifact, selection) : -1;
      if (recipe >= 0) {
        exchanges.add(new Exchange(artifact, recipe));
        exchange(all, artifact, recipe);
      }
    }
    if (exchanges.isEmpty()) {
      return selection;
    }
    Optional<Selection> together = noDearer(all, selection);
    return together.isPresent() ? together.get() : oneByOne(exchanges, selection);
  }

  /** What each of them allows may be a cycle together. */
  private Selection oneByOne(List<Exchange> exchanges, Selection selection) {
    Selection best = selection;
    for (Exchange each : exchanges) {
      int[] next = best.toArray();
      if (best.contains(each.artifact()) && exchange(next, each.artifact(), each.recipe())) {
        best = noDearer(next, best).orElse(best);
      }
    }
    return best;
  }

  private Optional<Selection> noDearer(int[] chosen, Selection than) {
    return Selection.ofValid(problem, chosen).filter(each -> each.cost() <= than.cost());
  }

  /**
   * The recipe that makes the same with the most native tools for no more; -1 where that is the one
   * that is chosen, or what it needs is not there.
   */
  private int withMoreNative(int artifact, Selection selection) {
    int chosen = selection.recipeOf(artifact);
    Optional<Making> made = making.apply(chosen).filter(each -> each.action() == Action.BUILD);
    int best = -1;
    Making most = made.orElse(null);
    for (int recipe = problem.firstRecipe(artifact);
        most != null && recipe < problem.endRecipe(artifact);
        recipe++) {
      Optional<Making> other = making.apply(recipe);
      if (problem.cost(recipe) <= problem.cost(chosen)
          && other.isPresent()
          && other.get().tools().compareTo(most.tools()) > 0
          && other.get().equals(most.with(other.get().tools()))
          && exchange(selection.toArray(), artifact, recipe)) {
        best = recipe;
        most = other.get();
      }
    }
    return best;
  }

  /** Takes another recipe in {@code chosen}; whether all is there that it needs. */
  private boolean exchange(int[] chosen, int artifact, int recipe) {
    chosen[artifact] = recipe;
    for (int at = problem.firstNeed(recipe); at < problem.endNeed(recipe); at++) {
      if (!provide(chosen, problem.need(at))) {
        return false;
      }
    }
    return true;
  }

  /** Finds something that is chosen to stand for {@code artifact}. */
  private boolean provide(int[] chosen, int artifact) {
    if (chosen[artifact] != Selection.NONE) {
      return true;
    }
    for (int recipe = problem.firstRecipe(artifact);
        recipe < problem.endRecipe(artifact);
        recipe++) {
      if (making.apply(recipe).isEmpty() && exchange(chosen, artifact, recipe)) {
        return true;
      }
    }
    chosen[artifact] = Selection.NONE;
    return false;
  }
}

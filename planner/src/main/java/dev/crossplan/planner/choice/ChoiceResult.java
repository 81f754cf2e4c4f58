package dev.crossplan.planner.choice;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;

/** What {@link Choice#solve} has found out: an answer, or that there is none. */
public sealed interface ChoiceResult {

  /**
   * An answer.
   *
   * @param bound proven: no selection costs less; never above the cost of the selection
   * @param optimal proven: no selection costs less than this one; then the bound is its cost. Where
   *     the costs are no decimal fractions of up to six digits, so that their sums are rounded,
   *     there may be one that is cheaper by a billionth part.
   */
  record Solved(Selection selection, double bound, boolean optimal) implements ChoiceResult {
    public Solved {
      checkArgument(
          bound >= 0 && bound <= selection.cost(),
          "bound %s, expected 0 to the cost %s",
          bound,
          selection.cost());
      checkArgument(
          !optimal || bound == selection.cost(),
          "optimal at cost %s, but the bound is %s",
          selection.cost(),
          bound);
    }

    public double cost() {
      return selection.cost();
    }
  }

  /**
   * There is no answer: {@code artifacts} is a small set, the first one a root, in which every
   * recipe of every artifact cannot be used by itself or needs another artifact of the set.
   */
  record Impossible(ImmutableList<DeadArtifact> artifacts) implements ChoiceResult {
    public Impossible {
      checkArgument(!artifacts.isEmpty(), "nothing is impossible");
    }

    public DeadArtifact root() {
      return artifacts.get(0);
    }
  }

  /**
   * An artifact that cannot be made.
   *
   * @param recipes all recipes that it has, in order; none is a reason too
   */
  record DeadArtifact(int artifact, ImmutableList<DeadRecipe> recipes) {}

  /**
   * A recipe that cannot be used.
   *
   * @param needs the artifact for want of which it cannot be used; {@link Selection#NONE} for
   *     {@link Death#UNUSABLE}
   */
  record DeadRecipe(int recipe, Death death, int needs) {}

  /** Why a recipe cannot be used. */
  enum Death {
    /** Its cost is infinite. */
    UNUSABLE,
    /** It needs an artifact that cannot be made, whatever happens to the artifact it makes. */
    NEEDS_DEAD,
    /** It needs an artifact that can only be made from the artifact that the recipe makes. */
    NEEDS_IN_CYCLE
  }
}

package dev.crossplan.planner.choice;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.choice.ChoiceResult.DeadArtifact;
import dev.crossplan.planner.choice.ChoiceResult.DeadRecipe;
import dev.crossplan.planner.choice.ChoiceResult.Death;
import dev.crossplan.planner.choice.ChoiceResult.Impossible;
import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * Says why a problem has no answer, in as few artifacts as it easily can.
 *
 * <p>An artifact is dead when each of its recipes is unusable or needs a dead artifact. The size of
 * a reason is one plus, for each recipe, the size of the smallest reason of one of its needs: found
 * for all artifacts at once by Knuth's generalisation of Dijkstra's algorithm (Information
 * Processing Letters 1977). What is dead only because of a cycle has no such finite reason; there
 * the recipes are followed to needs already named wherever possible.
 */
final class Infeasibility {
  private final ChoiceProblem problem;
  private final boolean[] derivable;
  private final double[] reasonSize;

  private Infeasibility(ChoiceProblem problem, boolean[] derivable) {
    this.problem = problem;
    this.derivable = derivable;
    this.reasonSize = reasonSizes();
  }

  /**
   * @param derivable from {@link Derivability}; false for a root at least
   */
  static Impossible explain(ChoiceProblem problem, boolean[] derivable) {
    Infeasibility infeasibility = new Infeasibility(problem, derivable);
    IntList best = new IntList();
    for (int root : problem.roots()) {
      if (derivable[root]) {
        continue;
      }
      IntList reason = infeasibility.reason(root, new boolean[problem.artifactCount()]);
      // A second walk knows what the first one met and goes there rather than elsewhere.
      boolean[] known = new boolean[problem.artifactCount()];
      for (int i = 0; i < reason.size(); i++) {
        known[reason.get(i)] = true;
      }
      IntList again = infeasibility.reason(root, known);
      reason = again.size() < reason.size() ? again : reason;
      if (best.isEmpty() || reason.size() < best.size()) {
        best = reason;
      }
      if (best.size() == 1) {
        break;
      }
    }
    return infeasibility.describe(best);
  }

  private double[] reasonSizes() {
    int artifacts = problem.artifactCount();
    double[] size = new double[artifacts];
    int[] undecided = new int[artifacts];
    boolean[] decided = new boolean[artifacts];
    boolean[] recipeDecided = new boolean[problem.recipeCount()];
    IntList[] consumers = new IntList[artifacts];
    PriorityQueue<long[]> open =
        new PriorityQueue<>(
            (a, b) -> a[0] != b[0] ? Long.compare(a[0], b[0]) : Long.compare(a[1], b[1]));
    for (int artifact = 0; artifact < artifacts; artifact++) {
      if (derivable[artifact]) {
        continue;
      }
      size[artifact] = 1;
      for (int r = problem.firstRecipe(artifact); r < problem.endRecipe(artifact); r++) {
        if (problem.cost(r) == Double.POSITIVE_INFINITY) {
          recipeDecided[r] = true;
          continue;
        }
        undecided[artifact]++;
        for (int i = problem.firstNeed(r); i < problem.endNeed(r); i++) {
          int need = problem.need(i);
          if (!derivable[need]) {
            if (consumers[need] == null) {
              consumers[need] = new IntList();
            }
            consumers[need].add(r);
          }
        }
      }
      if (undecided[artifact] == 0) {
        open.add(new long[] {1, artifact});
      }
    }
    while (!open.isEmpty()) {
      int artifact = (int) open.remove()[1];
      if (decided[artifact]) {
        continue;
      }
      decided[artifact] = true;
      if (consumers[artifact] == null) {
        continue;
      }
      for (int i = 0; i < consumers[artifact].size(); i++) {
        int recipe = consumers[artifact].get(i);
        int made = problem.artifactOf(recipe);
        if (!recipeDecided[recipe]) {
          recipeDecided[recipe] = true;
          size[made] = Math.min(1e15, size[made] + size[artifact]);
          if (--undecided[made] == 0) {
            open.add(new long[] {(long) size[made], made});
          }
        }
      }
    }
    for (int artifact = 0; artifact < artifacts; artifact++) {
      if (!decided[artifact]) {
        size[artifact] = Double.POSITIVE_INFINITY;
      }
    }
    return size;
  }

  private IntList reason(int root, boolean[] preferred) {
    boolean[] named = new boolean[problem.artifactCount()];
    IntList reason = new IntList();
    reason.add(root);
    named[root] = true;
    for (int next = 0; next < reason.size(); next++) {
      int artifact = reason.get(next);
      for (int r = problem.firstRecipe(artifact); r < problem.endRecipe(artifact); r++) {
        if (problem.cost(r) < Double.POSITIVE_INFINITY) {
          int need = smallestDeadNeed(artifact, r, named, preferred);
          if (!named[need]) {
            named[need] = true;
            reason.add(need);
          }
        }
      }
    }
    return reason;
  }

  private int smallestDeadNeed(int artifact, int recipe, boolean[] named, boolean[] preferred) {
    boolean finite = reasonSize[artifact] < Double.POSITIVE_INFINITY;
    int best = Selection.NONE;
    double bestSize = Double.POSITIVE_INFINITY;
    for (int i = problem.firstNeed(recipe); i < problem.endNeed(recipe); i++) {
      int need = problem.need(i);
      if (derivable[need] || (finite && reasonSize[need] >= reasonSize[artifact])) {
        continue;
      }
      double size = named[need] ? -1 : preferred[need] ? 0 : reasonSize[need];
      if (best == Selection.NONE || size < bestSize) {
        best = need;
        bestSize = size;
      }
    }
    return best;
  }

  private Impossible describe(IntList reason) {
    int[] members = reason.toArray();
    boolean[] named = new boolean[problem.artifactCount()];
    for (int artifact : members) {
      named[artifact] = true;
    }
    int[][] uses = new int[members.length][];
    int[] position = new int[problem.artifactCount()];
    Arrays.fill(position, Selection.NONE);
    for (int i = 0; i < members.length; i++) {
      position[members[i]] = i;
    }
    int[][] needOf = new int[members.length][];
    for (int i = 0; i < members.length; i++) {
      int first = problem.firstRecipe(members[i]);
      needOf[i] = new int[problem.endRecipe(members[i]) - first];
      IntList use = new IntList();
      for (int j = 0; j < needOf[i].length; j++) {
        needOf[i][j] = Selection.NONE;
        if (problem.cost(first + j) < Double.POSITIVE_INFINITY) {
          needOf[i][j] = smallestDeadNeed(members[i], first + j, named, named);
          use.add(position[needOf[i][j]]);
        }
      }
      uses[i] = use.toArray();
    }
    Components components =
        new Components(
            new Graph() {
              @Override
              public int size() {
                return uses.length;
              }

              @Override
              public int[] successors(int node) {
                return uses[node];
              }
            });
    ImmutableList.Builder<DeadArtifact> artifacts = ImmutableList.builder();
    for (int i = 0; i < members.length; i++) {
      ImmutableList.Builder<DeadRecipe> recipes = ImmutableList.builder();
      int first = problem.firstRecipe(members[i]);
      for (int j = 0; j < needOf[i].length; j++) {
        int need = needOf[i][j];
        Death death =
            need == Selection.NONE
                ? Death.UNUSABLE
                : components.componentOf(position[need]) == components.componentOf(i)
                    ? Death.NEEDS_IN_CYCLE
                    : Death.NEEDS_DEAD;
        recipes.add(new DeadRecipe(first + j, death, need));
      }
      artifacts.add(new DeadArtifact(members[i], recipes.build()));
    }
    return new Impossible(artifacts.build());
  }
}

package dev.crossplan.planner.choice;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * For each artifact, what every way of making it makes first: its <em>landmarks</em>, the greatest
 * solution of "landmarks of a = for each recipe of a the needs and their landmarks together; of
 * these sets what they have in common" (Keyder, Richter and Helmert, ECAI 2010, for the same
 * structure in planning).
 *
 * <p>Sets are cut off at a size that keeps all of them together within some hundred megabytes; a
 * part of the landmarks is always sound. They stay sound when recipes are removed.
 */
final class Landmarks {
  private static final int TOTAL_LIMIT = 10_000_000;
  private static final long WORK_LIMIT = 100_000_000;
  private static final int[] NONE = new int[0];

  private final MutableProblem problem;
  private final int[][] landmarks;
  private final int sizeLimit;
  private long work;

  // The state of common(): how many of the recipes seen so far have the artifact.
  private final int[] count;
  private final int[] countStamp;
  private final int[] unionStamp;
  private int stamp;
  private int unionRound;

  Landmarks(MutableProblem problem) {
    this.problem = problem;
    int artifacts = problem.artifactCount();
    landmarks = new int[artifacts][];
    sizeLimit = Math.max(16, TOTAL_LIMIT / Math.max(1, artifacts));
    count = new int[artifacts];
    countStamp = new int[artifacts];
    unionStamp = new int[artifacts];
    Components components = new Components(problem.graph());
    int[] order = components.order();
    int start = 0;
    while (start < order.length) {
      int size = components.sizeAround(order[start]);
      if (size == 1) {
        landmarks[order[start]] = orNone(common(order[start]));
      } else {
        solveCycle(Arrays.copyOfRange(order, start, start + size), components);
      }
      start += size;
    }
  }

  /** Landmarks of {@code artifact} other than itself, in no order; not to be changed. */
  int[] of(int artifact) {
    return landmarks[artifact];
  }

  /**
   * Within a component of the graph start from "everything" (null) and take away until nothing
   * changes.
   */
  private void solveCycle(int[] members, Components components) {
    int[] position = new int[landmarks.length];
    for (int i = 0; i < members.length; i++) {
      position[members[i]] = i;
    }
    IntList[] consumers = new IntList[members.length];
    for (int i = 0; i < members.length; i++) {
      consumers[i] = new IntList();
    }
    for (int member : members) {
      for (int i = 0; i < problem.recipeCount(member); i++) {
        for (int need : problem.needs(problem.recipe(member, i))) {
          if (components.componentOf(need) == components.componentOf(member)) {
            consumers[position[need]].add(member);
          }
        }
      }
    }
    boolean[] queued = new boolean[members.length];
    Arrays.fill(queued, true);
    int[] queue = members.clone();
    int head = 0;
    int waiting = members.length;
    while (waiting > 0) {
      if (work > WORK_LIMIT) {
        for (int member : members) {
          landmarks[member] = NONE;
        }
        return;
      }
      int artifact = queue[head];
      head = (head + 1) % queue.length;
      waiting--;
      queued[position[artifact]] = false;
      int[] before = landmarks[artifact];
      int[] after = common(artifact);
      if (after == null || (before != null && after.length >= before.length)) {
        continue;
      }
      landmarks[artifact] = after;
      IntList users = consumers[position[artifact]];
      for (int i = 0; i < users.size(); i++) {
        int user = users.get(i);
        if (!queued[position[user]]) {
          queued[position[user]] = true;
          queue[(head + waiting++) % queue.length] = user;
        }
      }
    }
    for (int member : members) {
      landmarks[member] = orNone(landmarks[member]);
    }
  }

  private static int[] orNone(int @Nullable [] set) {
    return set == null ? NONE : set;
  }

  /** What the recipes of {@code artifact} have in common; null for everything. */
  private int @Nullable [] common(int artifact) {
    stamp++;
    int seen = 0;
    int[] candidates = NONE;
    IntList union = new IntList();
    if (work > WORK_LIMIT) {
      return NONE;
    }
    recipes:
    for (int i = 0; i < problem.recipeCount(artifact); i++) {
      int[] needs = problem.needs(problem.recipe(artifact, i));
      for (int need : needs) {
        if (landmarks[need] == null) {
          continue recipes; // has everything
        }
      }
      union.clear();
      unionRound++;
      for (int need : needs) {
        add(need, seen, union);
      }
      for (int need : needs) {
        for (int landmark : landmarks[need]) {
          add(landmark, seen, union);
        }
        work += landmarks[need].length;
      }
      work += needs.length + 1;
      if (seen == 0) {
        candidates = union.toArray();
      }
      seen++;
      if (candidates.length == 0) {
        return NONE;
      }
    }
    if (seen == 0) {
      return null;
    }
    int[] previous = landmarks[artifact];
    boolean cut = previous != null && previous.length == sizeLimit;
    if (cut) {
      // Only what was there before, else sets that are cut off differently might go on for ever.
      for (int landmark : previous) {
        if (countStamp[landmark] == stamp && count[landmark] == seen) {
          count[landmark] = seen + 1;
        }
      }
      seen++;
    }
    int kept = 0;
    for (int candidate : candidates) {
      if (count[candidate] == seen && candidate != artifact && kept < sizeLimit) {
        candidates[kept++] = candidate;
      }
    }
    return Arrays.copyOf(candidates, kept);
  }

  private void add(int artifact, int seen, IntList union) {
    if (unionStamp[artifact] == unionRound) {
      return;
    }
    unionStamp[artifact] = unionRound;
    if (seen == 0) {
      countStamp[artifact] = stamp;
      count[artifact] = 1;
      union.add(artifact);
    } else if (countStamp[artifact] == stamp && count[artifact] == seen) {
      count[artifact] = seen + 1;
    }
  }
}

package dev.crossplan.planner.rebuild;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The dominator tree of changes, below a root that stands for all that changed by itself: Cooper,
 * Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001), which on a graph without cycles
 * needs one pass. Changes are added inputs first.
 */
final class CauseTree {
  private static final int ROOT = -1;

  private final int[] parent;
  private final int[] depth;
  private final int[] size;
  private final boolean[] isCause;
  private final boolean[] follows;

  CauseTree(int derivations) {
    this.parent = new int[derivations];
    this.depth = new int[derivations];
    this.size = new int[derivations];
    this.isCause = new boolean[derivations];
    this.follows = new boolean[derivations];
    Arrays.fill(parent, ROOT);
  }

  /**
   * Adds a change.
   *
   * @param changedInputs that were added before
   * @param changedByItself whether it would be one without them
   */
  void add(int derivation, int[] changedInputs, boolean changedByItself) {
    isCause[derivation] = changedByItself;
    follows[derivation] = changedInputs.length > 0;
    if (!changedByItself) {
      int common = changedInputs[0];
      for (int input : changedInputs) {
        common = common(common, input);
      }
      parent[derivation] = common;
    }
    depth[derivation] = parent[derivation] == ROOT ? 1 : depth[parent[derivation]] + 1;
    for (int at = derivation; at != ROOT; at = parent[at]) {
      size[at]++;
    }
  }

  /** The deepest that is above both, or is one of them. */
  private int common(int one, int other) {
    int left = one;
    int right = other;
    while (left != right) {
      if (left == ROOT || right == ROOT) {
        return ROOT;
      }
      if (depth[left] >= depth[right]) {
        left = parent[left];
      } else {
        right = parent[right];
      }
    }
    return left;
  }

  boolean isCause(int derivation) {
    return isCause[derivation];
  }

  /** The nearest change without which this one would not be; empty at the top. */
  OptionalInt because(int derivation) {
    return parent[derivation] == ROOT ? OptionalInt.empty() : OptionalInt.of(parent[derivation]);
  }

  /**
   * How many changes there would be less, had this one not changed by itself, or, if it follows
   * from others, were it as before.
   */
  int alone(int derivation) {
    return isCause[derivation] && follows[derivation] ? 0 : size[derivation];
  }
}

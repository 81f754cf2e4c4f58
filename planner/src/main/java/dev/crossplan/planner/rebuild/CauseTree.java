package dev.crossplan.planner.rebuild;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The dominator tree of changes, below a root that stands for all that changed by itself. The
 * changes are a graph without cycles and are added inputs first, so what dominates one is the
 * nearest common ancestor of its inputs: Cooper, Harvey and Kennedy, "A Simple, Fast Dominance
 * Algorithm" (2001), which then needs one pass. Ancestors are found by jumps, Myers, "An
 * Applicative Random-Access Stack" (1983), as a tree may be as deep as the graph.
 */
final class CauseTree {
  private final int root;
  private final int[] parent;

  /** By derivation, an ancestor far above, such that each is reached in logarithmically many. */
  private final int[] jump;

  private final int[] depth;
  private final int[] branch;
  private final boolean[] isCause;
  private final boolean[] follows;
  private final IntArrayList added = new IntArrayList();
  private boolean isCounted;

  CauseTree(int derivations) {
    this.root = derivations;
    this.parent = new int[derivations + 1];
    this.jump = new int[derivations + 1];
    this.depth = new int[derivations + 1];
    this.branch = new int[derivations + 1];
    this.isCause = new boolean[derivations];
    this.follows = new boolean[derivations];
    parent[root] = root;
    jump[root] = root;
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
    int above = root;
    if (!changedByItself) {
      above = changedInputs[0];
      for (int input : changedInputs) {
        above = common(above, input);
      }
    }
    parent[derivation] = above;
    depth[derivation] = depth[above] + 1;
    int far = jump[above];
    jump[derivation] =
        depth[above] - depth[far] == depth[far] - depth[jump[far]] ? jump[far] : above;
    added.add(derivation);
    isCounted = false;
  }

  /** The deepest that is above both, or is one of them. */
  private int common(int one, int other) {
    int left = depth[one] >= depth[other] ? one : other;
    int right = left == one ? other : one;
    while (depth[left] > depth[right]) {
      left = depth[jump[left]] >= depth[right] ? jump[left] : parent[left];
    }
    while (left != right) { // of one depth, so their jumps are of one length
      boolean isBelow = jump[left] != jump[right];
      left = isBelow ? jump[left] : parent[left];
      right = isBelow ? jump[right] : parent[right];
    }
    return left;
  }

  boolean isCause(int derivation) {
    return isCause[derivation];
  }

  /** The nearest change without which this one would not be; empty at the top. */
  OptionalInt because(int derivation) {
    return parent[derivation] == root ? OptionalInt.empty() : OptionalInt.of(parent[derivation]);
  }

  /** How many changes there would be less, this one among them, were it as before. */
  int branch(int derivation) {
    if (!isCounted) {
      Arrays.fill(branch, 0);
      for (int i = added.size() - 1; i >= 0; i--) { // what is below comes after
        int each = added.getInt(i);
        branch[each]++;
        branch[parent[each]] += branch[each];
      }
      isCounted = true;
    }
    return branch[derivation];
  }

  /**
   * How many changes there would be less, had this one not changed by itself; if it only follows
   * from others, were it as before. None where it follows from others besides.
   */
  int alone(int derivation) {
    return isCause[derivation] && follows[derivation] ? 0 : branch(derivation);
  }
}

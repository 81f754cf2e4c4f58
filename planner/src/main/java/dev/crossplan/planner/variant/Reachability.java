package dev.crossplan.planner.variant;

import dev.crossplan.planner.instance.DerivationGraph;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import java.util.Collection;
import java.util.List;

/** Which derivations of a group depend on which others of it, through any number of inputs. */
final class Reachability {
  /** Groups are followed together until they have so many members, each a bit. */
  private static final int BITS = 512;

  private final Int2IntOpenHashMap place = new Int2IntOpenHashMap();
  private final int[] groupStart;
  private final long[][] reached;

  /**
   * @param groups of derivations; {@link #reaches} will be asked about two of one group. No
   *     derivation is in two.
   * @param throughSources whether who needs a download also needs the program that downloads it
   */
  Reachability(
      DerivationGraph graph, List<? extends Collection<Integer>> groups, boolean throughSources) {
    place.defaultReturnValue(-1);
    int count = 0;
    for (Collection<Integer> group : groups) {
      count += group.size();
    }
    int[] asked = new int[count];
    this.groupStart = new int[count];
    this.reached = new long[count][];
    int next = 0;
    for (Collection<Integer> group : groups) {
      int start = next;
      for (int derivation : group) {
        place.put(derivation, next);
        groupStart[next] = start;
        reached[next] = new long[(group.size() + 63) / 64];
        asked[next++] = derivation;
      }
    }
    int from = 0;
    while (from < count) {
      int to = from;
      while (to < count && (to == from || to + groupSize(to) - from <= BITS)) {
        to += groupSize(to);
      }
      follow(graph, asked, from, to, throughSources);
      from = to;
    }
  }

  private int groupSize(int start) {
    int end = start;
    while (end < groupStart.length && groupStart[end] == start) {
      end++;
    }
    return end - start;
  }

  /** Finds for the derivations of {@code asked[from .. to)} on which of these they depend. */
  private void follow(
      DerivationGraph graph, int[] asked, int from, int to, boolean throughSources) {
    int width = (to - from + 63) / 64;
    long[] below = new long[Math.multiplyExact(graph.size(), width)];
    for (int derivation : graph.inputsFirst()) {
      if (!throughSources && graph.facts(derivation).isFixedOutput()) {
        continue; // what a download needs is no part of what it gives
      }
      int at = derivation * width;
      for (int input : graph.inputs(derivation)) {
        for (int word = 0; word < width; word++) {
          below[at + word] |= below[input * width + word];
        }
        int bit = place.get(input) - from;
        if (bit >= 0 && bit < to - from) {
          below[at + (bit >> 6)] |= 1L << bit;
        }
      }
    }
    for (int row = from; row < to; row++) {
      int start = groupStart[row];
      int end = start + groupSize(start);
      for (int other = start; other < end; other++) {
        int bit = other - from;
        if ((below[asked[row] * width + (bit >> 6)] & 1L << bit) != 0) {
          reached[row][(other - start) >> 6] |= 1L << (other - start);
        }
      }
    }
  }

  /** Whether {@code user} depends on {@code input}. */
  boolean reaches(int user, int input) {
    int row = place.get(user);
    int column = place.get(input);
    if (row < 0 || column < 0 || groupStart[row] != groupStart[column]) {
      return false;
    }
    int bit = column - groupStart[row];
    return (reached[row][bit >> 6] & 1L << bit) != 0;
  }
}

package dev.crossplan.planner.schedule;

import com.google.common.base.Preconditions;
import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Which task needs which: a graph of tasks 0 … n-1 in two flat arrays for each direction, so that
 * graphs of some hundred thousand tasks fit into a few megabytes and are walked without recursion.
 */
public final class Precedence {
  private final Adjacency needs;
  private final Adjacency dependents;
  private final int[] order;

  private Precedence(Adjacency needs, Adjacency dependents, int[] order) {
    this.needs = needs;
    this.dependents = dependents;
    this.order = order;
  }

  /**
   * Takes the arrays as they are, without a copy.
   *
   * @param from task {@code t} needs {@code to[from[t]]} … {@code to[from[t + 1] - 1]}; has n + 1
   *     entries
   * @param to the tasks that are needed
   */
  static Precedence of(int[] from, int[] to) {
    Adjacency needs = new Adjacency(from, to);
    Adjacency dependents = needs.turned();
    return new Precedence(needs, dependents, needs.order(dependents));
  }

  /**
   * The graph in which task {@code t} needs the tasks {@code needs[t]}.
   *
   * @throws IndexOutOfBoundsException if a task that is needed does not exist
   */
  public static Precedence of(int[][] needs) {
    int[] from = new int[needs.length + 1];
    for (int t = 0; t < needs.length; t++) {
      from[t + 1] = from[t] + needs[t].length;
    }
    int[] to = new int[from[needs.length]];
    for (int t = 0; t < needs.length; t++) {
      for (int i = 0; i < needs[t].length; i++) {
        to[from[t] + i] = Preconditions.checkElementIndex(needs[t][i], needs.length);
      }
    }
    return of(from, to);
  }

  /** The number of tasks. */
  public int taskCount() {
    return needs.from.length - 1;
  }

  public int needCount(int task) {
    return needs.count(task);
  }

  /**
   * Returns a task that {@code task} needs.
   *
   * @param i from 0 to {@link #needCount} - 1
   */
  public int need(int task, int i) {
    return needs.get(task, i);
  }

  public int dependentCount(int task) {
    return dependents.count(task);
  }

  /**
   * Returns a task that needs {@code task}.
   *
   * @param i from 0 to {@link #dependentCount} - 1
   */
  public int dependent(int task, int i) {
    return dependents.get(task, i);
  }

  /**
   * Returns the task at a place of the topological order, in which every task comes after those it
   * needs.
   *
   * @param place from 0 to {@link #taskCount} - 1
   * @throws IndexOutOfBoundsException if there is a cycle: then the order is shorter
   */
  public int inOrder(int place) {
    return order[place];
  }

  /**
   * Tasks each of which needs the next and the last of which needs the first, or none if there is
   * no cycle.
   */
  public ImmutableIntArray cycle() {
    int n = taskCount();
    if (order.length == n) {
      return ImmutableIntArray.of();
    }
    boolean[] ordered = new boolean[n];
    for (int t : order) {
      ordered[t] = true;
    }
    // Each task that is left needs another one that is left: walk until one comes again.
    int[] placeOnWalk = new int[n];
    int[] walk = new int[n];
    int steps = 0;
    int task = 0;
    while (ordered[task]) {
      task++;
    }
    while (placeOnWalk[task] == 0) {
      walk[steps++] = task;
      placeOnWalk[task] = steps;
      int i = 0;
      while (ordered[need(task, i)]) {
        i++;
      }
      task = need(task, i);
    }
    return ImmutableIntArray.copyOf(Arrays.copyOfRange(walk, placeOnWalk[task] - 1, steps));
  }

  /**
   * The least graph in which each task comes after the same others: without the needs that another
   * need has as well (the transitive reduction). Takes n² bits.
   */
  Precedence reduced() {
    int n = taskCount();
    BitSet[] before = new BitSet[n];
    int[][] kept = new int[n][];
    for (int t : order) {
      BitSet indirect = new BitSet();
      for (int i = 0; i < needCount(t); i++) {
        indirect.or(before[need(t, i)]);
      }
      kept[t] =
          IntStream.range(0, needCount(t))
              .map(i -> need(t, i))
              .distinct()
              .filter(need -> !indirect.get(need))
              .toArray();
      for (int need : kept[t]) {
        indirect.set(need);
      }
      before[t] = indirect;
    }
    return of(kept);
  }

  /** The graph in which each task needs what needed it. */
  Precedence turned() {
    return new Precedence(
        /* needs= */ dependents, /* dependents= */ needs, dependents.order(needs));
  }

  /** The neighbours of each task in one direction. */
  private static final class Adjacency {
    private final int[] from;
    private final int[] to;

    Adjacency(int[] from, int[] to) {
      this.from = from;
      this.to = to;
    }

    int count(int task) {
      return from[task + 1] - from[task];
    }

    int get(int task, int i) {
      return to[from[task] + i];
    }

    Adjacency turned() {
      int n = from.length - 1;
      int[] turnedFrom = new int[n + 1];
      for (int t : to) {
        turnedFrom[t + 1]++;
      }
      for (int t = 0; t < n; t++) {
        turnedFrom[t + 1] += turnedFrom[t];
      }
      int[] next = Arrays.copyOf(turnedFrom, n);
      int[] turnedTo = new int[to.length];
      for (int t = 0; t < n; t++) {
        for (int i = from[t]; i < from[t + 1]; i++) {
          turnedTo[next[to[i]]++] = t;
        }
      }
      return new Adjacency(turnedFrom, turnedTo);
    }

    /** Kahn's algorithm; shorter than the number of tasks if there is a cycle. */
    int[] order(Adjacency dependents) {
      int n = from.length - 1;
      int[] waitsFor = new int[n];
      int[] order = new int[n];
      int known = 0;
      for (int t = 0; t < n; t++) {
        waitsFor[t] = count(t);
        if (waitsFor[t] == 0) {
          order[known++] = t;
        }
      }
      for (int done = 0; done < known; done++) {
        for (int i = 0; i < dependents.count(order[done]); i++) {
          int dependent = dependents.get(order[done], i);
          if (--waitsFor[dependent] == 0) {
            order[known++] = dependent;
          }
        }
      }
      return Arrays.copyOf(order, known);
    }
  }
}

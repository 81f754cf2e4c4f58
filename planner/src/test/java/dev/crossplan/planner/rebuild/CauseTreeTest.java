package dev.crossplan.planner.rebuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CauseTreeTest {
  /**
   * What changes is numbered, each after its inputs.
   *
   * @param inputs by number
   */
  private record Changes(List<int[]> inputs, BitSet byThemselves) {

    /** Everything that has no changed input changed by itself, and some of the rest. */
    static Changes random(int count, long seed) {
      Random random = new Random(seed);
      List<int[]> inputs = new ArrayList<>();
      BitSet byThemselves = new BitSet();
      for (int number = 0; number < count; number++) {
        inputs.add(random.ints(number).map(any -> Math.floorMod(any, 3) == 0 ? 1 : 0).toArray());
        int[] flags = inputs.get(number);
        int[] chosen = IntStream.range(0, number).filter(i -> flags[i] == 1).toArray();
        inputs.set(number, chosen);
        if (chosen.length == 0 || random.nextInt(5) == 0) {
          byThemselves.set(number);
        }
      }
      return new Changes(inputs, byThemselves);
    }

    /**
     * How much changes.
     *
     * @param not does not change by itself
     * @param never does not change whatever happens
     */
    BitSet changed(int not, int never) {
      BitSet changed = new BitSet();
      for (int number = 0; number < inputs.size(); number++) {
        boolean byItself = byThemselves.get(number) && number != not;
        boolean follows = Arrays.stream(inputs.get(number)).anyMatch(changed::get);
        if (number != never && (byItself || follows)) {
          changed.set(number);
        }
      }
      return changed;
    }

    CauseTree tree() {
      CauseTree tree = new CauseTree(inputs.size());
      for (int number = 0; number < inputs.size(); number++) {
        tree.add(number, inputs.get(number), byThemselves.get(number));
      }
      return tree;
    }
  }

  @Property
  void whatIsDueToAChangeIsWhatWouldNotBeWithoutIt(
      @ForAll @IntRange(min = 1, max = 14) int count, @ForAll long seed) {
    Changes changes = Changes.random(count, seed);
    CauseTree tree = changes.tree();
    for (int number = 0; number < count; number++) {
      int left =
          changes.byThemselves().get(number)
              ? changes.changed(number, -1).cardinality()
              : changes.changed(-1, number).cardinality();
      assertEquals(count - left, tree.alone(number), "of " + number);
      assertEquals(
          count - changes.changed(-1, number).cardinality(),
          tree.branch(number),
          "as before: " + number);
    }
  }

  @Property
  void theNearestCauseIsTheLastWithoutWhichItWouldNotBe(
      @ForAll @IntRange(min = 1, max = 14) int count, @ForAll long seed) {
    Changes changes = Changes.random(count, seed);
    CauseTree tree = changes.tree();
    for (int number = 0; number < count; number++) {
      OptionalInt because = tree.because(number);
      assertFalse(because.isPresent() && changes.byThemselves().get(number));
      for (int other = 0; other < number; other++) {
        boolean needed = !changes.changed(-1, other).get(number);
        if (other == because.orElse(-1)) {
          assertTrue(needed, other + " for " + number);
        } else if (needed) { // then it is also needed for the nearest
          assertTrue(because.isPresent());
          assertFalse(changes.changed(-1, other).get(because.getAsInt()), other + " is nearer");
        }
      }
    }
  }

  /**
   *
   *
   * <pre>
   * 0 ─ 2 ─ 3 ─ 5
   * 1 ──┘└─ 4 ──┘      0 and 1 changed by themselves
   * </pre>
   */
  @Test
  void whatFollowsFromSeveralIsBelowTheNearestThatTheyHaveInCommon() {
    CauseTree tree = new CauseTree(6);
    tree.add(0, new int[] {}, true);
    tree.add(1, new int[] {}, true);
    tree.add(2, new int[] {0, 1}, false);
    tree.add(3, new int[] {2}, false);
    tree.add(4, new int[] {2}, false);
    tree.add(5, new int[] {3, 4}, false);
    assertEquals(OptionalInt.empty(), tree.because(2));
    assertEquals(OptionalInt.of(2), tree.because(5));
    assertEquals(4, tree.alone(2));
    assertEquals(1, tree.alone(0));
  }

  /**
   *
   *
   * <pre>
   * 0 ─ 1 ─ 2      0 and 1 changed by themselves
   * </pre>
   */
  @Test
  void takingOneOfTwoChangesBackSparesNothingBelowBoth() {
    CauseTree tree = new CauseTree(3);
    tree.add(0, new int[] {}, true);
    tree.add(1, new int[] {0}, true);
    tree.add(2, new int[] {1}, false);
    assertEquals(OptionalInt.empty(), tree.because(1), "it changed by itself");
    assertEquals(0, tree.alone(1), "its input changed as well");
    assertEquals(2, tree.branch(1), "were it as before");
    assertEquals(1, tree.alone(0), "the rest is built anew for 1");
  }

  /** A chain, and in the end what needs all of it. */
  @Test
  void aTreeMayBeAsDeepAsTheGraph() {
    int last = 100_000;
    CauseTree tree = new CauseTree(last + 1);
    tree.add(0, new int[] {}, true);
    for (int number = 1; number < last; number++) {
      tree.add(number, new int[] {number - 1}, false);
    }
    tree.add(last, IntStream.range(1, last).toArray(), false);
    assertEquals(last + 1, tree.branch(0));
    assertEquals(last / 2 - 1, tree.branch(last / 2 + 1));
    assertEquals(OptionalInt.of(last / 2), tree.because(last / 2 + 1));
    assertEquals(OptionalInt.of(1), tree.because(last));
  }
}

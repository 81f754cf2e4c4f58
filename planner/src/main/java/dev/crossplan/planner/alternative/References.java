package dev.crossplan.planner.alternative;

import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Substitutes;
import dev.crossplan.planner.variant.Packages;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What outputs for the target bring when they are substituted. Such an output is the one that was
 * evaluated, with the references that it was built with; nothing can be put in their place. So they
 * are substituted too, and where one of them cannot be, neither can what refers to it.
 *
 * <p>Binary caches tell references. Where none did, what an output may refer to on the target are
 * its inputs in host roles.
 */
final class References {
  private static final int NONE = -1;

  private final Packages packages;
  private final DerivationGraph graph;
  private final Substitutes substitutes;
  private final IntPredicate isForTarget;
  private final IntPredicate mustBeMade;
  private final @Nullable ImmutableIntArray[] references;
  private final int[] lacking;

  /**
   * @param mustBeMade whether a derivation must not be substituted though it might be there
   */
  References(
      Packages packages,
      Substitutes substitutes,
      IntPredicate isForTarget,
      IntPredicate mustBeMade) {
    this.packages = packages;
    this.graph = packages.graph();
    this.substitutes = substitutes;
    this.isForTarget = isForTarget;
    this.mustBeMade = mustBeMade;
    this.references = new ImmutableIntArray[graph.size()];
    this.lacking = new int[graph.size()];
    Arrays.fill(lacking, NONE);
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      if (isForTarget.test(derivation)
          && substitutes.has(derivation)
          && !mustBeMade.test(derivation)) {
        resolve(derivation);
      }
    }
    withdrawUsers();
  }

  /** The derivations that have to be substituted with {@code derivation}. */
  ImmutableIntArray of(int derivation) {
    ImmutableIntArray found = references[derivation];
    return found == null ? ImmutableIntArray.of() : found;
  }

  /** A reference for want of which {@code derivation} cannot be substituted. */
  OptionalInt lacking(int derivation) {
    return lacking[derivation] == NONE ? OptionalInt.empty() : OptionalInt.of(lacking[derivation]);
  }

  private void resolve(int derivation) {
    ImmutableIntArray.Builder found = ImmutableIntArray.builder();
    BitSet seen = new BitSet();
    seen.set(derivation);
    Deque<Integer> open = new ArrayDeque<>();
    open.push(derivation);
    while (!open.isEmpty()) {
      int at = open.pop();
      boolean told = substitutes.references(at).isPresent();
      int[] candidates =
          substitutes.references(at).map(ImmutableIntArray::toArray).orElse(graph.inputs(at));
      for (int other : candidates) {
        if (seen.get(other)
            || !isForTarget.test(other)
            || !(told || packages.isHostInput(at, other))) {
          continue;
        }
        seen.set(other);
        if (mustBeMade.test(other) || !(told || substitutes.hasSome(other))) {
          lacking[derivation] = other;
          return;
        }
        if (substitutes.has(other)) {
          found.add(other);
        } else if (!told || substitutes.references(other).isPresent()) {
          // Only some of its outputs are there: no step, but what they refer to comes along. What a
          // cache did not tell of is there: it has all that its paths refer to.
          open.push(other);
        }
      }
    }
    references[derivation] = found.build();
  }

  /** What refers to something that cannot be substituted cannot be either. */
  private void withdrawUsers() {
    IntArrayList[] users = new IntArrayList[graph.size()];
    IntArrayList withdrawn = new IntArrayList();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      if (lacking[derivation] != NONE) {
        withdrawn.add(derivation);
      }
      for (int reference : of(derivation).asList()) {
        if (users[reference] == null) {
          users[reference] = new IntArrayList();
        }
        users[reference].add(derivation);
      }
    }
    for (int next = 0; next < withdrawn.size(); next++) {
      int reference = withdrawn.getInt(next);
      if (users[reference] == null) {
        continue;
      }
      for (int user : users[reference]) {
        if (lacking[user] == NONE) {
          lacking[user] = reference;
          withdrawn.add(user);
        }
      }
    }
  }
}

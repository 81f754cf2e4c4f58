package dev.crossplan.planner.plan;

import dev.crossplan.planner.alternative.Making;
import it.unimi.dsi.fastutil.ints.IntAVLTreeSet;
import it.unimi.dsi.fastutil.ints.IntSortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A step before it has a place in time: what it makes, for which derivations, from which other
 * drafts.
 */
final class StepDraft {
  final Making making;
  final TreeSet<Integer> provides = new TreeSet<>();

  /** The derivations that the drafts of its inputs make. */
  final IntSortedSet inputs = new IntAVLTreeSet();

  /** By evaluated input, the derivation that the draft of the tool in its place makes. */
  final TreeMap<Integer, Integer> tools = new TreeMap<>();

  StepDraft(Making making) {
    this.making = making;
    provides.add(making.derivation());
  }

  int derivation() {
    return making.derivation();
  }
}

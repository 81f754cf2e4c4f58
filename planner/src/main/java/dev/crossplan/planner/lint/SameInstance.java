package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.lint.Finding.Severity;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Instances that are one: written twice, or evaluated to the same. Each {@code import} of nixpkgs
 * is evaluated by itself and takes its memory, however alike they are.
 */
final class SameInstance implements Rule {

  @Override
  public ImmutableList<Finding> check(Subject subject) {
    ImmutableList.Builder<Finding> findings = ImmutableList.builder();
    BitSet told = new BitSet();
    for (int first = 0; first < subject.instances().size(); first++) {
      List<String> same = new ArrayList<>();
      for (int other = first + 1; other < subject.instances().size(); other++) {
        if (!told.get(other) && subject.graph().areSame(first, other)) {
          told.set(other);
          same.add(subject.name(other));
        }
      }
      if (!same.isEmpty()) {
        findings.add(finding(subject, first, same));
      }
    }
    return findings.build();
  }

  private static Finding finding(Subject subject, int first, List<String> same) {
    int derivations = members(subject, first);
    String kept = subject.name(first);
    return new Finding(
        "same-instance",
        Severity.WARNING,
        Subject.enumerate(same)
            + (same.size() == 1 ? " is" : " are")
            + " the same instance as "
            + kept
            + ": "
            + same.size()
            + (same.size() == 1 ? " evaluation" : " evaluations")
            + " of "
            + Subject.derivations(derivations)
            + " for nothing",
        ImmutableList.copyOf(same),
        derivations,
        "Maybe leave out " + Subject.enumerate(same) + ", and use " + kept + " in its place.");
  }

  private static int members(Subject subject, int instance) {
    int count = 0;
    for (int derivation = 0; derivation < subject.graph().size(); derivation++) {
      count += subject.graph().isIn(instance, derivation) ? 1 : 0;
    }
    return count;
  }
}

package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.Bytes;
import dev.crossplan.planner.lint.Finding.Severity;
import java.util.List;
import java.util.Locale;

/**
 * Instances that are one: written twice, or evaluated to the same. Each {@code import} of nixpkgs
 * is evaluated by itself and takes its memory, however alike they are.
 */
final class SameInstance implements Rule {
  @Override
  public ImmutableList<Finding> check(Subject subject) {
    ImmutableList.Builder<Finding> findings = ImmutableList.builder();
    for (int first : subject.distinct()) {
      List<String> same = subject.same(first).stream().mapToObj(subject::name).toList();
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
            + " for nothing"
            + cost(subject, first),
        ImmutableList.copyOf(same),
        derivations,
        "Maybe leave out " + Subject.enumerate(same) + ", and use " + kept + " in its place.");
  }

  /** What merging saves, where it was measured. */
  private static String cost(Subject subject, int instance) {
    return subject
        .graph()
        .evaluationCost(instance)
        .map(
            cost ->
                String.format(Locale.ROOT, ", each of %.1f s", cost.seconds())
                    + (cost.peakBytes().isPresent()
                        ? " and " + Bytes.mebibytes(cost.peakBytes().getAsLong())
                        : " and an amount of memory that is not known"))
        .orElse("");
  }

  private static int members(Subject subject, int instance) {
    int count = 0;
    for (int derivation = 0; derivation < subject.graph().size(); derivation++) {
      count += subject.graph().isIn(instance, derivation) ? 1 : 0;
    }
    return count;
  }
}

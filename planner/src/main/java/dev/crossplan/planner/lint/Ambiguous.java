package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.lint.Finding.Severity;
import dev.crossplan.planner.variant.Unpaired;

/** Derivations that might be one package; nothing proves it, so each is built for itself. */
final class Ambiguous implements Rule {

  @Override
  public ImmutableList<Finding> check(Subject subject) {
    ImmutableList<Unpaired> unpaired = subject.prepared().packages().unpaired();
    if (unpaired.isEmpty()) {
      return ImmutableList.of();
    }
    return ImmutableList.of(
        new Finding(
            "ambiguous-pair",
            Severity.NOTE,
            (unpaired.size() == 1 ? "1 group" : unpaired.size() + " groups")
                + " of derivations that are called alike may be one package or not, so each"
                + " derivation is built for itself",
            unpaired.stream()
                .map(each -> detail(subject, each))
                .collect(ImmutableList.toImmutableList()),
            unpaired.stream().mapToInt(each -> each.derivations().length()).sum(),
            "Maybe look whether they should differ: crossplan explain MANIFEST PACKAGE shows how"
                + " they do."));
  }

  private static String detail(Subject subject, Unpaired unpaired) {
    return unpaired.reason()
        + ": "
        + String.join(
            ", ",
            unpaired.derivations().asList().stream()
                .map(derivation -> describe(subject, derivation))
                .toList());
  }

  /** By an instance that has it as an attribute: it may be below others of an earlier one. */
  private static String describe(Subject subject, int derivation) {
    for (int instance = 0; instance < subject.instances().size(); instance++) {
      if (subject.graph().attributes(instance).containsValue(derivation)) {
        return subject.graph().facts(derivation).name() + " of " + subject.name(instance);
      }
    }
    return subject.prepared().packages().describe(derivation);
  }
}

package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.Bytes;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Platform;
import dev.crossplan.planner.instance.TomlText;
import dev.crossplan.planner.lint.Finding.Severity;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Instances that are one: written twice, or evaluated to the same. Each {@code import} of nixpkgs
 * is evaluated by itself and takes its memory, however alike they are.
 */
final class SameInstance implements Rule {
  @Override
  public ImmutableList<Finding> check(Subject subject) {
    ImmutableList.Builder<Finding> findings = ImmutableList.builder();
    for (int first : subject.distinct()) {
      BitSet same = subject.same(first);
      if (!same.isEmpty()) {
        findings.add(finding(subject, first, same));
      }
    }
    return findings.build();
  }

  private static Finding finding(Subject subject, int first, BitSet others) {
    List<String> same = others.stream().mapToObj(subject::name).toList();
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
            + waste(subject, first, others, derivations),
        ImmutableList.copyOf(same),
        derivations,
        remedy(subject, first, others, same));
  }

  private static String remedy(Subject subject, int first, BitSet others, List<String> same) {
    Platform host = subject.instances().get(first).host();
    Optional<Instance> elsewhere =
        others.stream()
            .mapToObj(subject.instances()::get)
            .filter(other -> !other.host().system().equals(host.system()))
            .findFirst();
    if (elsewhere.isPresent()) {
      return "Maybe their package set ignores the platform that it is asked for: "
          + subject.name(first)
          + " is for "
          + host.system()
          + ", "
          + elsewhere.get().name()
          + " for "
          + elsewhere.get().host().system()
          + ".";
    }
    String leaveOut =
        "Maybe leave out " + Subject.enumerate(same) + ", and use " + subject.name(first);
    Set<String> attributes = attributes(subject, first);
    Set<String> all = new LinkedHashSet<>(attributes);
    others.stream().forEach(other -> all.addAll(attributes(subject, other)));
    return all.size() == attributes.size()
        ? leaveOut + " in its place."
        : leaveOut
            + " with the attributes of all in its place: attrs = "
            + all.stream().map(TomlText::quoted).collect(Collectors.joining(", ", "[", "]"))
            + ".";
  }

  /** What an instance is asked for, whether it evaluates or not. */
  private static ImmutableSet<String> attributes(Subject subject, int instance) {
    if (subject.instances().get(instance).source() instanceof Instance.Nixpkgs nixpkgs) {
      return ImmutableSet.copyOf(
          nixpkgs.attributes().isEmpty()
              ? subject.prepared().manifest().image()
              : nixpkgs.attributes());
    }
    return ImmutableSet.copyOf(subject.graph().attributes(instance).keySet());
  }

  /** What merging saves, where it was measured. */
  /** What means the same as another is evaluated with it. */
  private static String waste(Subject subject, int first, BitSet others, int derivations) {
    long own = others.stream().filter(i -> subject.graph().evaluatedWith(i).isEmpty()).count();
    String cost = cost(subject, first);
    return own == 0
        ? "they are written "
            + (others.cardinality() + 1)
            + " times, and evaluated once"
            + (cost.isEmpty() ? "" : ", which took " + cost)
        : own
            + (own == 1 ? " evaluation" : " evaluations")
            + " of "
            + Subject.derivations(derivations)
            + " for nothing"
            + (cost.isEmpty() ? "" : ", each of " + cost);
  }

  private static String cost(Subject subject, int instance) {
    return subject
        .graph()
        .evaluationCost(instance)
        .map(
            cost ->
                String.format(Locale.ROOT, "%.1f s", cost.seconds())
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

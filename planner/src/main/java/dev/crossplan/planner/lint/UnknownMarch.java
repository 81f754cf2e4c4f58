package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Platform;
import dev.crossplan.planner.lint.Finding.Severity;
import dev.crossplan.planner.variant.MarchFault;
import java.util.BitSet;
import java.util.Optional;

/**
 * A {@code gcc.arch} that compilers do not take, so nothing of the instance can be built; or one of
 * which that is not known.
 */
final class UnknownMarch implements Rule {

  @Override
  public ImmutableList<Finding> check(Subject subject) {
    ImmutableList.Builder<Finding> findings = ImmutableList.builder();
    for (int number : subject.distinct()) {
      Instance instance = subject.instances().get(number);
      for (Platform platform : ImmutableSet.of(instance.host(), instance.local())) {
        fault(subject, number, platform)
            .ifPresent(fault -> findings.add(finding(subject, number, platform, fault)));
      }
    }
    return findings.build();
  }

  /** Why compilers may not take the arch of a platform of an instance. */
  static Optional<MarchFault> fault(Subject subject, int instance, Platform platform) {
    return platform
        .arch()
        .flatMap(
            arch -> subject.platforms().marchFault(arch, platform.system(), subject.gcc(instance)));
  }

  private static Finding finding(
      Subject subject, int instance, Platform platform, MarchFault fault) {
    return new Finding(
        "unknown-march",
        fault.isCertain() ? Severity.ERROR : Severity.WARNING,
        "gcc.arch of "
            + subject.name(instance)
            + " is "
            + platform.arch().filter(arch -> !arch.isEmpty()).orElse("empty")
            + (fault.isCertain() ? ", which GCC refuses: " : ", which GCC may refuse: ")
            + fault.what(),
        ImmutableList.of(),
        builds(subject, instance, platform.system()).cardinality(),
        fault.remedy());
  }

  /** What the instance has for the platform, downloads left out. */
  static BitSet builds(Subject subject, int instance, String system) {
    BitSet builds = new BitSet();
    for (int derivation = 0; derivation < subject.graph().size(); derivation++) {
      builds.set(
          derivation,
          subject.graph().isIn(instance, derivation)
              && subject.prepared().packages().hosts().isFor(derivation, system)
              && !subject.graph().facts(derivation).isFixedOutput());
    }
    return builds;
  }
}

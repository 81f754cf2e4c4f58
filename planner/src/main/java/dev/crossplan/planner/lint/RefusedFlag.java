package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Platform;
import dev.crossplan.planner.lint.Finding.Severity;
import dev.crossplan.planner.variant.MarchFault;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.Function;

/**
 * A flag that compilers do not take, or may not take, so nothing of the instance can be built.
 *
 * @param rule that looks for it
 * @param name of the flag
 * @param written what a platform says of it
 */
record RefusedFlag(String rule, String name, Function<Platform, Optional<String>> written) {

  /** Tells why a flag of an instance is refused. */
  interface Faults {
    Optional<MarchFault> of(int instance, Platform platform);
  }

  ImmutableList<Finding> check(Subject subject, Faults faults) {
    ImmutableList.Builder<Finding> findings = ImmutableList.builder();
    for (int number : subject.distinct()) {
      Instance instance = subject.instances().get(number);
      for (Platform platform : ImmutableSet.of(instance.host(), instance.local())) {
        faults
            .of(number, platform)
            .ifPresent(fault -> findings.add(finding(subject, number, platform, fault)));
      }
    }
    return findings.build();
  }

  private Finding finding(Subject subject, int instance, Platform platform, MarchFault fault) {
    return new Finding(
        rule,
        fault.isCertain() ? Severity.ERROR : Severity.WARNING,
        name
            + " of "
            + subject.name(instance)
            + " is "
            + written.apply(platform).filter(text -> !text.isEmpty()).orElse("empty")
            + (fault.isCertain() ? ", which GCC refuses: " : ", which GCC may refuse: ")
            + fault.what(),
        ImmutableList.of(),
        builds(subject, instance, platform.system()).cardinality(),
        fault.remedy());
  }

  /** What the instance has for the platform, downloads left out. */
  private static BitSet builds(Subject subject, int instance, String system) {
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

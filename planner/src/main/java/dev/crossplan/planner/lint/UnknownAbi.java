package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Platform;
import dev.crossplan.planner.lint.Finding.Severity;
import dev.crossplan.planner.variant.MarchFault;

/** A {@code gcc.abi} that compilers do not take, or not with its {@code gcc.arch}. */
final class UnknownAbi implements Rule {

  @Override
  public ImmutableList<Finding> check(Subject subject) {
    ImmutableList.Builder<Finding> findings = ImmutableList.builder();
    for (int number : subject.distinct()) {
      Instance instance = subject.instances().get(number);
      for (Platform platform : ImmutableSet.of(instance.host(), instance.local())) {
        platform
            .abi()
            .flatMap(abi -> subject.platforms().abiFault(abi, platform.arch(), platform.system()))
            .ifPresent(fault -> findings.add(finding(subject, number, platform, fault)));
      }
    }
    return findings.build();
  }

  private static Finding finding(
      Subject subject, int instance, Platform platform, MarchFault fault) {
    return new Finding(
        "unknown-abi",
        fault.isCertain() ? Severity.ERROR : Severity.WARNING,
        "gcc.abi of "
            + subject.name(instance)
            + " is "
            + platform.abi().filter(abi -> !abi.isEmpty()).orElse("empty")
            + (fault.isCertain() ? ", which GCC refuses: " : ", which GCC may refuse: ")
            + fault.what(),
        ImmutableList.of(),
        UnknownMarch.builds(subject, instance, platform.system()).cardinality(),
        fault.remedy());
  }
}

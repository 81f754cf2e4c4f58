package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.lint.Finding.Severity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Instances for the target that make code which cannot be linked together, or for another
 * instruction set: no package of one stands in for one of the other, so what both need is built
 * twice.
 */
final class WorldsDisagree implements Rule {

  @Override
  public ImmutableList<Finding> check(Subject subject) {
    Map<Code, NavigableSet<Integer>> byCode = new LinkedHashMap<>();
    for (int number : subject.distinct()) {
      Instance instance = subject.instances().get(number);
      if (instance.host().system().equals(subject.target().system())) {
        byCode.computeIfAbsent(code(subject, instance), none -> new TreeSet<>()).add(number);
      }
    }
    boolean ofBothKinds =
        byCode.values().stream()
                .flatMap(NavigableSet::stream)
                .map(number -> subject.instances().get(number).isCross())
                .distinct()
                .count()
            > 1;
    if (byCode.size() < 2 || !ofBothKinds) {
      return ImmutableList.of();
    }
    return ImmutableList.of(
        new Finding(
            "worlds-disagree",
            Severity.WARNING,
            "the instances for "
                + subject.target().system()
                + " do not make the same code, so packages of one cannot be used in the other",
            byCode.entrySet().stream()
                .map(entry -> detail(subject, entry.getKey(), entry.getValue()))
                .collect(ImmutableList.toImmutableList()),
            forTarget(subject),
            CommonMarch.mend(subject, byCode.values().stream().map(NavigableSet::first).toList())
                .orElseGet(() -> remedy(subject, byCode))));
  }

  /** What code needs of a board, and what it has to agree on to be linked. */
  private record Code(String instructions, String abi) {}

  private static Code code(Subject subject, Instance instance) {
    return new Code(
        subject.platforms().instructions(instance.host().arch(), instance.host().system()),
        subject.abi(instance.host()));
  }

  private static String detail(Subject subject, Code code, NavigableSet<Integer> instances) {
    return subject
            .instances()
            .get(instances.first())
            .host()
            .arch()
            .map(arch -> "gcc.arch " + arch)
            .orElse("no gcc.arch")
        + ", "
        + code.abi()
        + ": "
        + String.join(", ", instances.stream().map(subject::name).toList());
  }

  private static String remedy(Subject subject, Map<Code, NavigableSet<Integer>> byCode) {
    List<Integer> first = byCode.values().stream().map(NavigableSet::first).toList();
    boolean sameAbi = byCode.keySet().stream().map(Code::abi).distinct().count() == 1;
    boolean sameMarch = byCode.keySet().stream().map(Code::instructions).distinct().count() == 1;
    if (sameAbi && first.size() == 2) {
      return CommonMarch.remedy(subject, first.get(0), first.get(1));
    }
    return "Maybe give them the same "
        + (sameMarch
            ? "gcc.abi and triple."
            : sameAbi ? "gcc.arch." : "gcc.arch, gcc.abi and triple.");
  }

  private static int forTarget(Subject subject) {
    int count = 0;
    for (int derivation = 0; derivation < subject.graph().size(); derivation++) {
      count +=
          subject.prepared().packages().hosts().isFor(derivation, subject.target().system())
              ? 1
              : 0;
    }
    return Math.max(1, count);
  }
}

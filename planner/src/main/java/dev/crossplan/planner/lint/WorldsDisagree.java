package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.lint.Finding.Severity;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Instances for the target that make code which cannot be linked together, or for another
 * instruction set: no package of one stands in for one of the other, so what both need is built
 * twice.
 */
final class WorldsDisagree implements Rule {

  @Override
  public ImmutableList<Finding> check(Subject subject) {
    Map<String, TreeSet<Integer>> byCode = new TreeMap<>();
    for (int number : subject.distinct()) {
      Instance instance = subject.instances().get(number);
      if (instance.host().system().equals(subject.target().system())) {
        byCode.computeIfAbsent(code(subject, instance), none -> new TreeSet<>()).add(number);
      }
    }
    boolean ofBothKinds =
        byCode.values().stream()
                .flatMap(TreeSet::stream)
                .map(number -> subject.instances().get(number).isCross())
                .distinct()
                .count()
            > 1;
    if (byCode.size() < 2 || !ofBothKinds) {
      return ImmutableList.of();
    }
    ImmutableList.Builder<String> details = ImmutableList.builder();
    byCode.forEach(
        (code, instances) ->
            details.add(
                code + ": " + String.join(", ", instances.stream().map(subject::name).toList())));
    return ImmutableList.of(
        new Finding(
            "worlds-disagree",
            Severity.WARNING,
            "the instances for "
                + subject.target().system()
                + " do not make the same code, so packages of one cannot be used in the other",
            details.build(),
            forTarget(subject),
            "Maybe give them the same gcc.arch, gcc.abi and triple."));
  }

  private static String code(Subject subject, Instance instance) {
    String march =
        subject.platforms().canonicalMarch(instance.host().arch(), instance.host().system());
    return (march + " " + subject.platforms().canonicalAbi(instance.host(), march)).strip();
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

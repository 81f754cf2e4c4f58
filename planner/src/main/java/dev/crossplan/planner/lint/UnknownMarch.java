package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Platform;
import dev.crossplan.planner.variant.MarchFault;
import java.util.Optional;

/** A {@code gcc.arch} that compilers do not take, or one of which that is not known. */
final class UnknownMarch implements Rule {

  @Override
  public ImmutableList<Finding> check(Subject subject) {
    return new RefusedFlag("unknown-march", "gcc.arch", Platform::arch)
        .check(subject, (instance, platform) -> fault(subject, instance, platform));
  }

  /** Why compilers may not take the arch of a platform of an instance. */
  static Optional<MarchFault> fault(Subject subject, int instance, Platform platform) {
    return platform
        .arch()
        .flatMap(
            arch -> subject.platforms().marchFault(arch, platform.system(), subject.gcc(instance)));
  }
}

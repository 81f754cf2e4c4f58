package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Platform;

/** A {@code gcc.abi} that compilers do not take, or not with its {@code gcc.arch}. */
final class UnknownAbi implements Rule {

  @Override
  public ImmutableList<Finding> check(Subject subject) {
    return new RefusedFlag("unknown-abi", "gcc.abi", Platform::abi)
        .check(
            subject,
            (instance, platform) ->
                platform
                    .abi()
                    .flatMap(
                        abi ->
                            subject.platforms().abiFault(abi, platform.arch(), platform.system())));
  }
}

package dev.crossplan.planner.plan;

import java.util.Optional;

/**
 * What the image would cost without a plan.
 *
 * @param name {@code all-emulated}, {@code all-cross} or {@code unmerged-mix}
 * @param builds derivations that are built
 * @param duplicates packages for the target that are built by two strategies
 * @param builderSeconds sum over all steps
 * @param why it is not possible; empty where it is
 */
public record Baseline(
    String name, int builds, int duplicates, double builderSeconds, Optional<String> why) {

  public boolean possible() {
    return why.isEmpty();
  }
}

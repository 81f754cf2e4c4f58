package dev.crossplan.planner.plan;

import dev.crossplan.planner.instance.Manifest.NativeTools;
import java.time.Duration;
import java.util.Optional;

/**
 * How to plan.
 *
 * @param timeLimit for the search, after which the best answer so far and its bound are given
 * @param seed for what is random in it
 * @param deadline after which the last step should not end; of plans that meet it the best by the
 *     objective is wanted, and if none is found the one that ends first
 * @param nativeTools which tools of emulated builds may run natively; empty for what the manifest
 *     says
 */
public record PlanOptions(
    Objective objective,
    Duration timeLimit,
    long seed,
    Optional<Duration> deadline,
    Optional<NativeTools> nativeTools) {

  /** With the native tools that the manifest allows. */
  public PlanOptions(
      Objective objective, Duration timeLimit, long seed, Optional<Duration> deadline) {
    this(objective, timeLimit, seed, deadline, Optional.empty());
  }

  /** Least builder-seconds, ten seconds, seed 1. */
  public static final PlanOptions DEFAULT =
      new PlanOptions(Objective.BUILDER_SECONDS, Duration.ofSeconds(10), 1, Optional.empty());

  /** The same, but to be found within another time. */
  public PlanOptions within(Duration other) {
    return new PlanOptions(objective, other, seed, deadline, nativeTools);
  }

  /** The deadline in seconds, infinite where there is none. */
  double deadlineSeconds() {
    return deadline.map(each -> each.toMillis() / 1000.0).orElse(Double.POSITIVE_INFINITY);
  }
}

package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.execute.BuildReport.Cause;
import dev.crossplan.planner.plan.Step;
import java.util.Collection;
import java.util.Optional;

/**
 * What can be had of an image.
 *
 * @param work for the attributes that can be had; empty if none can
 * @param lost the others
 * @param reason why these cannot; empty if there are none
 * @param learned whether the reason names something that failed
 * @param rest for all that could be had if nothing had failed, what failed being given up, and what
 *     depends on it; empty if that leaves nothing to do which {@code work} does not do, or if that
 *     was not asked
 */
record Prospect(
    Optional<Work> work,
    ImmutableList<String> lost,
    Optional<NoPlanException> reason,
    boolean learned,
    Optional<Work> rest) {

  /** All of it can be had. */
  static Prospect of(Work work) {
    return new Prospect(
        Optional.of(work), ImmutableList.of(), Optional.empty(), false, Optional.empty());
  }

  /**
   * Some or all of it is lost.
   *
   * @param failures what failed, each as part of a sentence
   * @param possible for what can be had
   */
  static Prospect without(
      ImmutableList<String> lost,
      NoPlanException reason,
      Collection<String> failures,
      Optional<Work> possible) {
    String message = String.valueOf(reason.getMessage());
    return new Prospect(
        possible,
        lost,
        Optional.of(reason),
        failures.stream().anyMatch(message::contains),
        Optional.empty());
  }

  Prospect withRest(Work left) {
    return new Prospect(work, lost, reason, learned, Optional.of(left));
  }

  /** What is to be done first: what is independent of failures, then what can be had. */
  Optional<Work> next() {
    return rest.or(() -> work);
  }

  /** Why something is lost, if that was known before anything was built. */
  ImmutableList<Cause> causes() {
    return lost.isEmpty() ? ImmutableList.of() : ImmutableList.of(cause(Optional.empty()));
  }

  /**
   * Why something is lost.
   *
   * @param step that failed last; empty if it was in an earlier run
   */
  Cause cause(Optional<Step> step) {
    return new Cause(
        step, reason.map(NoPlanException::reasons).orElse(ImmutableList.of()), lost, learned);
  }
}

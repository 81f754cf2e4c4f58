package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.estimate.Interval;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.Step;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What happens while a plan is carried out. Steps are carried whole: when it is planned again their
 * ids change, {@link Step#derivation} and {@link Step#word} do not.
 */
public sealed interface BuildEvent {

  /**
   * At the start, and after it was planned again: since a step failed, or builders were lost or
   * came back.
   *
   * @param done steps of {@code plan} whose outputs are there, or are not needed any more as only
   *     such steps use them
   * @param todo the others, the first to be started first; what is running is among them
   * @param end how far off the end may be, in parts of the time that is expected; empty if nobody
   *     can tell
   */
  record Planned(
      Plan plan, ImmutableList<Step> done, ImmutableList<Step> todo, Optional<Interval> end)
      implements BuildEvent {}

  /**
   * Nix was started for a step.
   *
   * @param log what the build says, for people
   */
  record Started(Step step, Instant at, Path log) implements BuildEvent {}

  /** A build has reached a phase: {@code unpackPhase}, as stdenv tells Nix. */
  record Phase(Step step, String phase) implements BuildEvent {}

  /**
   * The outputs of a step are there.
   *
   * @param seconds since it was started
   * @param built whether this run built them; else somebody else did, or they were downloaded
   */
  record Finished(Step step, Instant at, double seconds, boolean built) implements BuildEvent {}

  /**
   * A step failed.
   *
   * @param why in a line
   * @param lastLines of its log, as the build wrote them: not fit for a terminal as they are
   * @param log all of it; empty in a dry run, which writes none
   */
  record Failed(
      Step step,
      Instant at,
      double seconds,
      String why,
      ImmutableList<String> lastLines,
      Optional<Path> log)
      implements BuildEvent {

    /** Whether its builder was killed, as a machine does that is short of memory. */
    public boolean wasKilled() {
      return NixEndings.wasKilled(why);
    }
  }

  /**
   * A step has ended by no fault of its own, as the machine that was at it is lost. It is done
   * again.
   *
   * @param seconds since it was started
   * @param why in a line, of which the machine is the subject
   */
  record Interrupted(Step step, Instant at, double seconds, String why) implements BuildEvent {}

  /**
   * A builder is of no use for now: what it had to do is done elsewhere, or waits.
   *
   * @param why in a line, of which the builder is the subject
   * @param remedy a sentence that starts with "Maybe"
   * @param waitSeconds until it is asked again; empty if it will not be
   */
  record BuilderLost(
      String builder, Instant at, String why, String remedy, OptionalDouble waitSeconds)
      implements BuildEvent {

    static BuilderLost of(BuilderHealth.Loss loss, Instant at) {
      return new BuilderLost(
          loss.builder().name(),
          at,
          loss.reason().message(),
          loss.reason().remedy(),
          loss.pause().isPresent()
              ? OptionalDouble.of(loss.pause().get().toMillis() / 1e3)
              : OptionalDouble.empty());
    }
  }

  /** A builder that was lost is used again. */
  record BuilderBack(String builder, Instant at) implements BuildEvent {}

  /**
   * It was planned again after a step had failed; {@link Planned} follows, unless no way is left.
   *
   * @param instead how its package is made now: {@code emulated}; {@code otherwise} where nothing
   *     needs it any more; empty if no way is left
   */
  record Replanned(Step failed, Optional<String> instead) implements BuildEvent {}

  /**
   * A step will not be done.
   *
   * @param because the step for which no way is left, since now or since an earlier run; this one
   *     depends on it, however indirectly
   */
  record GivenUp(Step step, Step because) implements BuildEvent {}

  /**
   * Nix or the machine has failed: what runs is finished, and nothing else is begun.
   *
   * @param why in a line
   */
  record Stopping(String why) implements BuildEvent {}

  /** It is over; the last event. */
  record Ended(BuildReport report) implements BuildEvent {}
}

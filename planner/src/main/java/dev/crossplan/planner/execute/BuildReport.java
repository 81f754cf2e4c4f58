package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.plan.Step;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What became of a plan.
 *
 * @param steps those of the last plan, each after its inputs, then those that failed and are not in
 *     it any more
 * @param causes why something is missing; empty if nothing is
 * @param faults what is wrong with what is there of the image, though each build alone was right;
 *     each with a line that starts with "Maybe"
 * @param image by attribute, in the order of the manifest, the outputs that are there
 * @param links that were made to them, if they have no faults
 * @param earlierLinks of the same name that still lead to what was built before
 * @param interrupted whether somebody ended it before it was done
 * @param failure of Nix, the machine or something that was read, which ended it before it was done:
 *     a {@link BuildException} or an {@link dev.crossplan.planner.InputException}
 * @param seconds from the start to the end
 * @param folder with the logs of this run and Nix's own, {@code nix.jsonl}
 */
public record BuildReport(
    ImmutableList<StepReport> steps,
    ImmutableList<Cause> causes,
    ImmutableList<String> faults,
    ImmutableMap<String, ImmutableSortedMap<String, StorePath>> image,
    ImmutableList<Path> links,
    ImmutableList<Path> earlierLinks,
    boolean interrupted,
    Optional<RuntimeException> failure,
    double seconds,
    Path folder) {

  /** What became of a step. */
  public enum Outcome {
    /** Built or downloaded by this run. */
    MADE,
    /** Its outputs were there, or somebody else built them meanwhile. */
    PRESENT,
    /** Its outputs are not there, but nothing that is still to be built needs them. */
    NOT_NEEDED,
    FAILED,
    /** It depends on what failed. */
    GIVEN_UP,
    /** The run was interrupted before. */
    OPEN;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * A step and what became of it.
   *
   * @param derivation as Nix was to build it
   * @param started empty if it was not
   * @param seconds that it took
   * @param why it failed
   */
  public record StepReport(
      Step step,
      StorePath derivation,
      Outcome outcome,
      Optional<Instant> started,
      double seconds,
      Optional<String> why,
      Optional<Path> log) {}

  /**
   * Why some of the image cannot be had.
   *
   * @param step that failed; empty if it was in an earlier run
   * @param why a line for each package without a way that is left
   * @param lost attributes of the image
   * @param learned whether something is among them that failed, so that it might be tried again
   */
  public record Cause(
      Optional<Step> step,
      ImmutableList<String> why,
      ImmutableList<String> lost,
      boolean learned) {}

  /** Whether all of the image is there and right. */
  public boolean succeeded() {
    return causes.isEmpty() && faults.isEmpty() && failure.isEmpty() && !interrupted;
  }

  public int count(Outcome outcome) {
    return (int) steps.stream().filter(step -> step.outcome() == outcome).count();
  }

  /** The sum of what the steps took that this run did. */
  public double builderSeconds() {
    return steps.stream().mapToDouble(StepReport::seconds).sum();
  }

  /** How much of that is for steps that failed. */
  public double secondsInVain() {
    return steps.stream()
        .filter(step -> step.outcome() == Outcome.FAILED)
        .mapToDouble(StepReport::seconds)
        .sum();
  }
}

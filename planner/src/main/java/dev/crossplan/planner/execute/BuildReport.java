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
 * @param faults what is wrong with what the image refers to, though each build alone was right;
 *     each with a line that starts with "Maybe"; empty if nothing is, or something is missing
 * @param image by attribute, in the order of the manifest, the outputs that are there
 * @param links that were made to them
 * @param interrupted whether somebody ended it before it was done
 * @param seconds from the start to the end
 * @param folder with the logs of this run and Nix's own, {@code nix.jsonl}
 */
public record BuildReport(
    ImmutableList<StepReport> steps,
    ImmutableList<Cause> causes,
    ImmutableList<String> faults,
    ImmutableMap<String, ImmutableSortedMap<String, StorePath>> image,
    ImmutableList<Path> links,
    boolean interrupted,
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
   */
  public record Cause(Optional<Step> step, ImmutableList<String> why, ImmutableList<String> lost) {}

  /** Whether all of the image is there and right. */
  public boolean succeeded() {
    return causes.isEmpty() && faults.isEmpty() && !interrupted;
  }

  public int count(Outcome outcome) {
    return (int) steps.stream().filter(step -> step.outcome() == outcome).count();
  }

  /** The sum of what the steps took that this run did. */
  public double builderSeconds() {
    return steps.stream().mapToDouble(StepReport::seconds).sum();
  }
}

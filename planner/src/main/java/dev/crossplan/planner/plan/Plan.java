package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Manifest.Target;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How an image is built: every package once, by the cheapest way that works.
 *
 * @param steps each after its inputs
 * @param image by attribute, in the order of the manifest: id of the step that provides it
 * @param bounds proven: no plan for this image has fewer builder-seconds; these steps cannot be
 *     done in less time
 * @param baselines what the image would cost otherwise
 * @param warnings what the user should know, a sentence each
 * @param failures what has failed in earlier builds and is not tried again, in that order
 * @param lost what of the image it is without
 */
public record Plan(
    String name,
    Target target,
    Objective objective,
    ImmutableList<Builder> builders,
    ImmutableList<Step> steps,
    ImmutableMap<String, Integer> image,
    Bounds bounds,
    ImmutableList<KeptApart> unpaired,
    ImmutableList<Baseline> baselines,
    ImmutableList<String> warnings,
    ImmutableList<Failure> failures,
    Lost lost) {

  /** A plan of the whole image, before anything was built. */
  public Plan(
      String name,
      Target target,
      Objective objective,
      ImmutableList<Builder> builders,
      ImmutableList<Step> steps,
      ImmutableMap<String, Integer> image,
      Bounds bounds,
      ImmutableList<KeptApart> unpaired,
      ImmutableList<Baseline> baselines,
      ImmutableList<String> warnings) {
    this(
        name,
        target,
        objective,
        builders,
        steps,
        image,
        bounds,
        unpaired,
        baselines,
        warnings,
        ImmutableList.of(),
        Lost.NOTHING);
  }

  /**
   * Proven lower bounds, in seconds.
   *
   * @param builderSeconds of all plans of this image
   * @param makespanSeconds of the steps of this plan
   * @param anyPlanMakespanSeconds of all plans of this image; 0 where nobody asked
   */
  public record Bounds(
      double builderSeconds, double makespanSeconds, double anyPlanMakespanSeconds) {}

  /** Derivations that may be the same package, and why they were not taken for it. */
  public record KeptApart(ImmutableList<StorePath> derivations, String reason) {}

  /**
   * A way to make a package that has failed.
   *
   * @param why as part of a sentence: {@code its cross build failed on 2026-11-27: …}
   * @param step that makes the package in another way; empty if none does
   */
  public record Failure(Attempt way, String why, OptionalInt step) {}

  /**
   * Attributes of the image that there is no way to make.
   *
   * @param why the packages that cannot be made, a sentence each
   */
  public record Lost(ImmutableList<String> attributes, ImmutableList<String> why) {
    public static final Lost NOTHING = new Lost(ImmutableList.of(), ImmutableList.of());

    public boolean isNothing() {
      return attributes.isEmpty();
    }
  }

  Plan without(Lost attributes) {
    return new Plan(
        name,
        target,
        objective,
        builders,
        steps,
        image,
        bounds,
        unpaired,
        baselines,
        warnings,
        failures,
        attributes);
  }

  /** The sum of what all steps last. */
  public double builderSeconds() {
    return sumOfSeconds(steps);
  }

  /** In the order of the steps, as whoever checks a plan adds up. */
  static double sumOfSeconds(ImmutableList<Step> steps) {
    double sum = 0;
    for (Step step : steps) {
      sum += step.seconds();
    }
    return sum;
  }

  /** When the last step ends. */
  public double makespanSeconds() {
    double last = 0;
    for (Step step : steps) {
      last = Math.max(last, step.finish());
    }
    return last;
  }

  /** How many packages for the target are built more than once, being listed as unpaired. */
  public int builtTwice() {
    Set<StorePath> listed = new HashSet<>();
    unpaired.forEach(apart -> listed.addAll(apart.derivations()));
    Set<String> seen = new HashSet<>();
    Set<String> twice = new HashSet<>();
    for (Step step : steps) {
      if (step.action() == Action.BUILD
          && step.host().equals(Optional.of(target.system()))
          && listed.contains(step.derivation())
          && !seen.add(step.label())) {
        twice.add(step.label());
      }
    }
    return twice.size();
  }

  /** Whether no plan has fewer builder-seconds. */
  public boolean isLeast() {
    return bounds.builderSeconds() >= builderSeconds() * (1 - 1e-9);
  }

  public int count(Action action) {
    return (int) steps.stream().filter(step -> step.action() == action).count();
  }

  public int count(Strategy strategy) {
    return (int)
        steps.stream().filter(step -> step.strategy().equals(Optional.of(strategy))).count();
  }

  /** How many emulated builds have tools that run natively. */
  public int countWithNativeTools() {
    return (int) steps.stream().filter(step -> !step.tools().isEmpty()).count();
  }
}

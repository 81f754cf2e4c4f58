package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Why a plan makes a package the way it does.
 *
 * @param host system that it runs on
 * @param used whether the plan makes it at all
 * @param planSeconds builder-seconds of the plan
 * @param variants the derivations that are this package
 * @param evidence why they are, a sentence each
 * @param stages of the bootstrap in whose place this package may be used
 * @param alternatives every way to make it, the cheapest plan first
 * @param neededBy labels of the steps that take it as an input
 * @param chain labels from an attribute of the image down to this package; empty if it is not used
 * @param keptApart what might have been the same package, and why it was not taken for it
 * @param tools of its emulated build, and which of them may run natively
 * @param lost what of the image the plan is without
 */
public record Explanation(
    String packageName,
    String version,
    Optional<String> host,
    boolean used,
    double planSeconds,
    ImmutableList<Variant> variants,
    ImmutableList<String> evidence,
    ImmutableList<StorePath> stages,
    ImmutableList<Alternative> alternatives,
    ImmutableList<String> neededBy,
    ImmutableList<String> chain,
    ImmutableList<Plan.KeptApart> keptApart,
    ImmutableList<Tool> tools,
    Plan.Lost lost) {

  /**
   * A derivation of the package.
   *
   * @param basis how it is known what it runs on
   */
  public record Variant(StorePath derivation, String instance, String system, String basis) {}

  /**
   * One way to make the package.
   *
   * @param tools of an emulated build
   * @param chosen whether the plan does it
   * @param seconds of this step alone, on the fastest builder that can do it
   * @param planSeconds builder-seconds of the best plan that does it; empty if there is none
   * @param proven whether no plan that does it has fewer
   * @param why it cannot be done; empty where it can
   */
  public record Alternative(
      StorePath derivation,
      String instance,
      Action action,
      Optional<Strategy> strategy,
      Tools tools,
      boolean chosen,
      double seconds,
      OptionalDouble planSeconds,
      boolean proven,
      Optional<String> why) {

    /** {@code cross}, {@code substitute}, {@code emulated with native tools}. */
    public String word() {
      return tools.qualify(strategy.map(Strategy::toString).orElse(action.toString()));
    }
  }

  /**
   * A tool of the emulated build.
   *
   * @param label name and version
   * @param natively whether one that runs natively may take its place
   * @param taken whether the plan has that; empty where it does not emulate the build
   * @param why it may, or may not, as part of a sentence
   */
  public record Tool(String label, boolean natively, Optional<Boolean> taken, String why) {}

  /** Name and version. */
  public String label() {
    return version.isEmpty() ? packageName : packageName + " " + version;
  }
}

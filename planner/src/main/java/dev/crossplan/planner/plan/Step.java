package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.util.Optional;

/**
 * One thing a plan does.
 *
 * @param id its place in {@link Plan#steps}
 * @param packageName what is made
 * @param version may be empty
 * @param host system that the outputs run on; empty for sources
 * @param strategy of a build
 * @param instance that evaluated to {@code derivation}
 * @param derivation as evaluated
 * @param rewritten whether it takes an input that another variant provides, directly or further
 *     down
 * @param provides every evaluated derivation that this step stands for, its own first
 * @param inputs ids of the steps it needs, ascending
 * @param toolSet which tools it has
 * @param tools by evaluated input in whose place it takes one that runs natively, the id of the
 *     step that makes that; only where it is emulated
 * @param builder that does it; a substitution needs none
 * @param seconds it lasts
 * @param start seconds after the start of the plan
 * @param memory bytes that it takes on the builder meanwhile; 0 where nobody has said
 * @param outputBytes that the files of its outputs have; 0 where nobody knows
 */
public record Step(
    int id,
    String packageName,
    String version,
    Optional<String> host,
    Action action,
    Optional<Strategy> strategy,
    String instance,
    StorePath derivation,
    boolean rewritten,
    ImmutableList<StorePath> provides,
    ImmutableIntArray inputs,
    Tools toolSet,
    ImmutableSortedMap<StorePath, Integer> tools,
    Optional<String> builder,
    double seconds,
    double start,
    long memory,
    long outputBytes) {

  /** The way that it goes. */
  public Attempt attempt() {
    return new Attempt(derivation, action, strategy, toolSet);
  }

  /** Seconds after the start of the plan. */
  public double finish() {
    return start + seconds;
  }

  /** Name and version. */
  public String label() {
    return version.isEmpty() ? packageName : packageName + " " + version;
  }

  /** {@code cross}, {@code emulated with native tools}. */
  public String how() {
    return toolSet.qualify(word());
  }

  /** {@code cross}, {@code fetch}. */
  public String word() {
    return strategy.map(Strategy::toString).orElse(action.toString());
  }
}

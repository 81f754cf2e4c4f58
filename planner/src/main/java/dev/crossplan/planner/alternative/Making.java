package dev.crossplan.planner.alternative;

import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.util.Optional;

/**
 * One way to come by the outputs of a derivation.
 *
 * @param strategy of a build; empty for the others
 * @param tools of an emulated build
 * @param isDone whether it was gone already, so that it takes no time
 */
public record Making(
    int derivation, Action action, Optional<Strategy> strategy, Tools tools, boolean isDone) {

  /** One that is still to be gone, with tools as evaluated. */
  public Making(int derivation, Action action, Optional<Strategy> strategy) {
    this(derivation, action, strategy, Tools.AS_EVALUATED, false);
  }

  /** The same with other tools. */
  public Making with(Tools others) {
    return new Making(derivation, action, strategy, others, isDone);
  }

  /** The same, done. */
  Making done() {
    return new Making(derivation, action, strategy, tools, true);
  }

  /** For the names of recipes: {@code cross}, {@code emulated with native tools}. */
  public String word() {
    return tools.qualify(strategy.map(Strategy::toString).orElse(action.toString()));
  }
}

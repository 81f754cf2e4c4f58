package dev.crossplan.planner.alternative;

import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.util.Optional;

/**
 * One way to come by the outputs of a derivation.
 *
 * @param strategy of a build; empty for the others
 * @param isDone whether it was gone already, so that it takes no time
 */
public record Making(int derivation, Action action, Optional<Strategy> strategy, boolean isDone) {

  /** One that is still to be gone. */
  public Making(int derivation, Action action, Optional<Strategy> strategy) {
    this(derivation, action, strategy, false);
  }

  /** The same, done. */
  Making done() {
    return new Making(derivation, action, strategy, true);
  }

  /** For the names of recipes: {@code cross}, {@code fetch}. */
  public String word() {
    return strategy.map(Strategy::toString).orElse(action.toString());
  }
}

package dev.crossplan.planner.alternative;

import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.util.Optional;

/**
 * One way to come by the outputs of a derivation.
 *
 * @param strategy of a build; empty for the others
 * @param seconds of a build on a builder of speed 1; of a download or substitution on any
 */
public record Making(int derivation, Action action, Optional<Strategy> strategy, double seconds) {

  /**
   * How long {@code builder} takes: only what is built depends on its speed, a network does not.
   */
  public double secondsOn(Builder builder) {
    return action == Action.BUILD ? seconds / builder.speed() : seconds;
  }

  /** For the names of recipes: {@code cross}, {@code fetch}. */
  public String word() {
    return strategy.map(Strategy::toString).orElse(action.toString());
  }
}

package dev.crossplan.planner.history;

import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.util.Optional;

/**
 * One way that was gone to come by the outputs of a derivation, whatever inputs it was given.
 *
 * @param derivation as evaluated
 * @param strategy of a build; empty for the others
 */
public record Attempt(StorePath derivation, Action action, Optional<Strategy> strategy) {

  public static Attempt build(StorePath derivation, Strategy strategy) {
    return new Attempt(derivation, Action.BUILD, Optional.of(strategy));
  }
}

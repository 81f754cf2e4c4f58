package dev.crossplan.planner.history;

import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.util.Optional;

/**
 * One way that was gone to come by the outputs of a derivation, whatever inputs it was given.
 *
 * @param derivation as evaluated
 * @param strategy of a build; empty for the others
 * @param tools of an emulated build
 */
public record Attempt(
    StorePath derivation, Action action, Optional<Strategy> strategy, Tools tools) {

  /** With tools as evaluated. */
  public Attempt(StorePath derivation, Action action, Optional<Strategy> strategy) {
    this(derivation, action, strategy, Tools.AS_EVALUATED);
  }

  /** The same with other tools. */
  public Attempt with(Tools others) {
    return new Attempt(derivation, action, strategy, others);
  }

  public static Attempt build(StorePath derivation, Strategy strategy) {
    return new Attempt(derivation, Action.BUILD, Optional.of(strategy));
  }
}

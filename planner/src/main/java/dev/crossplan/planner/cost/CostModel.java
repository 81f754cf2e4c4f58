package dev.crossplan.planner.cost;

import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.variant.Packages;

/** How long it takes to come by a derivation. Unknown is never zero. */
public interface CostModel {

  /**
   * To build it.
   *
   * @param tools of an emulated build
   * @param builder that can
   */
  Estimate build(
      Packages packages, int derivation, Strategy strategy, Tools tools, Builder builder);

  /**
   * To run the tests of a build, which are part of it where they are run.
   *
   * @param derivation that runs them
   * @param builder that can
   */
  Estimate tests(Packages packages, int derivation, Strategy strategy, Builder builder);

  /** To download a source; under emulation the downloading program is slower too. */
  Estimate fetch(boolean emulated);

  /** To get outputs from a substituter. */
  Estimate substitute();

  /** How many bytes the files of all its outputs have together; 0 where nobody knows. */
  long outputBytes(Packages packages, int derivation);
}

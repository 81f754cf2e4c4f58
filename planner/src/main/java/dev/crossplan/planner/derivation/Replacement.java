package dev.crossplan.planner.derivation;

import com.google.common.collect.ImmutableMap;

/**
 * What takes the place of an input derivation.
 *
 * @param derivation path of the .drv that is named where its own is
 * @param outputs by the names of its outputs, all that are used among them: which output is taken
 *     instead. Where the other derivation lacks one, it is one of a third.
 */
public record Replacement(StorePath derivation, ImmutableMap<String, Exchange> outputs) {

  /** One output for another. */
  public record Exchange(OutputReference from, OutputReference to) {}
}

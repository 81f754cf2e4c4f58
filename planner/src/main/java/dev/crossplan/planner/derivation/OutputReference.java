package dev.crossplan.planner.derivation;

import java.util.Optional;

/**
 * An output of a derivation, as whoever uses it names it.
 *
 * @param derivation path of the .drv
 * @param output its name
 * @param path empty where it is not known before it is built
 */
public record OutputReference(StorePath derivation, String output, Optional<StorePath> path) {

  /** What stands for it in the texts of derivations that use it: its path, or a placeholder. */
  public String text() {
    return path.map(StorePath::toString).orElseGet(() -> Placeholders.ofInput(derivation, output));
  }
}

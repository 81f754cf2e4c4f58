package dev.crossplan.planner.derivation;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import dev.crossplan.planner.InputException;

/**
 * The outputs of an input derivation that are used.
 *
 * @param names of outputs
 * @param dynamic outputs that are themselves .drv files, and which outputs of those are used
 *     (experimental feature {@code dynamic-derivations}); by output name, nearly always empty
 */
public record InputOutputs(
    ImmutableSortedSet<String> names, ImmutableSortedMap<String, InputOutputs> dynamic) {

  /**
   * Checks the names.
   *
   * @throws InputException if nothing is used, or a name cannot be that of an output
   */
  public InputOutputs {
    if (names.isEmpty() && dynamic.isEmpty()) {
      throw new InputException("no output is named");
    }
    names.forEach(Derivation::checkOutputName);
    dynamic.keySet().forEach(Derivation::checkOutputName);
  }

  /** Some outputs, none of them dynamic. */
  public static InputOutputs of(String... names) {
    return new InputOutputs(ImmutableSortedSet.copyOf(names), ImmutableSortedMap.of());
  }
}

package dev.crossplan.planner.instance;

import java.util.Optional;

/** Knows what an ISA string means. */
@FunctionalInterface
public interface MarchMeaning {

  /**
   * A form of an ISA string in which equal sets of extensions are equal texts.
   *
   * @param march as in {@code gcc.arch}; empty where nothing is said, which means what compilers do
   *     by themselves
   * @param system Nix system
   */
  String canonicalMarch(Optional<String> march, String system);
}

package dev.crossplan.planner.cost;

import dev.crossplan.planner.instance.Trait;
import java.util.Set;

/** What leads a build, as far as its traits tell. */
enum BuildSystem {
  /** There is nothing to compile. */
  NONE,
  COMMAND,
  AUTOCONF,
  CMAKE,
  MESON,
  MAKE;

  static BuildSystem of(Set<Trait> traits) {
    if (traits.contains(Trait.COMMAND)) {
      return COMMAND;
    } else if (traits.contains(Trait.SOURCELESS)) {
      return NONE;
    } else if (traits.contains(Trait.MESON)) {
      return MESON;
    } else if (traits.contains(Trait.CMAKE)) {
      return CMAKE;
    }
    return traits.contains(Trait.UNCONFIGURED) ? MAKE : AUTOCONF;
  }
}

package dev.crossplan.planner.cost;

import java.util.Locale;

/** Where an estimate comes from, the most trustworthy first. */
public enum Origin {
  /** The manifest says it. */
  MANIFEST,
  /** It was done before: this package, in this way, on this machine. */
  HISTORY,
  /** Another version of the package was built in this way on this machine. */
  OTHER_VERSION,
  /** The package was built in another way or on another machine, and what differs was measured. */
  SCALED,
  /** The book Linux From Scratch gives it in standard build units. */
  BOOK,
  /** Its sources have so much code, which takes about so long to compile. */
  CODE,
  /** What the derivation says of itself is like what took so long before. */
  MODEL,
  /** Nothing is known; a default that is never zero. */
  UNKNOWN;

  /** {@code other version}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}

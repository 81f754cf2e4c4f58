package dev.crossplan.planner.history;

import java.util.Locale;

/** What is done to come by the outputs of a derivation. */
public enum Action {
  BUILD,
  /** A fixed-output derivation is run: a download. */
  FETCH,
  /** The outputs are taken from a substituter as they are. */
  SUBSTITUTE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

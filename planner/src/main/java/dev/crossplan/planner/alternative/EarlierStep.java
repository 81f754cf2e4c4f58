package dev.crossplan.planner.alternative;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Attempt;

/**
 * A step of an earlier plan, and how much of it is there.
 *
 * @param attempt the derivation as evaluated, and the way
 * @param provides evaluated derivations that it stood for, its own among them
 * @param tools by evaluated input in whose place it had a tool that runs natively, that tool as
 *     evaluated
 * @param meant the output that it is in the image
 * @param present names of the outputs that are in the store, or will be when it has ended
 */
public record EarlierStep(
    Attempt attempt,
    ImmutableList<StorePath> provides,
    ImmutableMap<StorePath, StorePath> tools,
    String meant,
    ImmutableSet<String> present,
    State state) {

  /** How far it is. */
  public enum State {
    /** All is there that its plan used of it. */
    DONE,
    RUNNING,
    OPEN
  }
}

package dev.crossplan.planner;

import com.google.common.collect.ImmutableList;
import java.util.Map;

/**
 * The work cannot be done: there is no way to build what was asked for. The message says why, as
 * briefly as it can.
 */
public final class NoPlanException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String remedy;

  /**
   * @param remedy a sentence that starts with "Maybe"
   */
  public NoPlanException(String message, String remedy) {
    super(message);
    this.remedy = remedy;
  }

  /**
   * Several things cannot be done, each for its own reasons.
   *
   * @param each by attribute; at least one
   */
  public static NoPlanException of(Map<String, NoPlanException> each) {
    StringBuilder message =
        new StringBuilder("there is no plan for " + String.join(", ", each.keySet()) + ":");
    each.values().stream()
        .flatMap(one -> one.reasons().stream())
        .distinct()
        .forEach(reason -> message.append("\n  ").append(reason));
    return new NoPlanException(message.toString(), each.values().iterator().next().remedy());
  }

  /** The lines of the message after the first, which names what was asked for. */
  public ImmutableList<String> reasons() {
    return String.valueOf(getMessage())
        .lines()
        .skip(1)
        .map(String::strip)
        .collect(ImmutableList.toImmutableList());
  }

  /** A sentence that starts with "Maybe". */
  public String remedy() {
    return remedy;
  }
}

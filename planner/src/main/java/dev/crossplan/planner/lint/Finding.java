package dev.crossplan.planner.lint;

import com.google.common.base.Preconditions;
import com.google.common.collect.ImmutableList;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that costs more than it needs to, or does not work.
 *
 * @param rule that found it, as {@code march-fork}
 * @param message what it is, in a sentence
 * @param details the same more closely, a line each
 * @param packages the names of all packages that it concerns, where the message has not all
 * @param derivations how many it concerns
 * @param remedy a sentence that starts with "Maybe"
 * @param split how the manifest is changed so, where that can be done by itself
 */
public record Finding(
    String rule,
    Severity severity,
    String message,
    ImmutableList<String> details,
    ImmutableList<String> packages,
    int derivations,
    String remedy,
    Optional<SecondInstance.Split> split) {

  /** One that only people can mend, and that concerns packages. */
  Finding(
      String rule,
      Severity severity,
      String message,
      int derivations,
      ImmutableList<String> packages,
      String remedy) {
    this(
        rule,
        severity,
        message,
        ImmutableList.of(),
        packages,
        derivations,
        remedy,
        Optional.empty());
  }

  /** One that only people can mend. */
  Finding(
      String rule,
      Severity severity,
      String message,
      ImmutableList<String> details,
      int derivations,
      String remedy) {
    this(
        rule,
        severity,
        message,
        details,
        ImmutableList.of(),
        derivations,
        remedy,
        Optional.empty());
  }

  public Finding {
    Preconditions.checkArgument(remedy.startsWith("Maybe "), "a remedy starts with Maybe");
    Preconditions.checkArgument(derivations >= 0, "derivations: %s", derivations);
  }

  /** How bad it is. */
  public enum Severity {
    /** It does not work: it cannot be built, or does not run. */
    ERROR,
    /** It works, and costs more than it needs to. */
    WARNING,
    /** It may be as it should. */
    NOTE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}

package dev.crossplan.planner;

import com.google.common.base.Preconditions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bad input: a message that says what is wrong with which input and where, and, where there is one,
 * the remedy. The command line shows both and ends with status 2; no stack trace is ever needed to
 * understand one.
 */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final @Nullable String remedy;

  public InputException(String message) {
    this(message, null, null);
  }

  /**
   * @param remedy a sentence that starts with "Maybe"
   */
  public InputException(String message, String remedy) {
    this(message, remedy, null);
  }

  public InputException(String message, @Nullable String remedy, @Nullable Throwable cause) {
    super(message, cause);
    Preconditions.checkArgument(
        remedy == null || remedy.startsWith("Maybe "), "a remedy starts with 'Maybe': %s", remedy);
    this.remedy = remedy;
  }

  /**
   * The same, said of a place in a file.
   *
   * @param otherwise the remedy where whoever read a part of the file knew none
   */
  public InputException at(String place, String otherwise) {
    return new InputException(place + ": " + getMessage(), remedy().orElse(otherwise), this);
  }

  /** A sentence that starts with "Maybe". */
  public Optional<String> remedy() {
    return Optional.ofNullable(remedy);
  }
}

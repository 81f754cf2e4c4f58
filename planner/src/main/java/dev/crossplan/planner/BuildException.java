package dev.crossplan.planner;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Building had to stop, though neither the input nor a build is at fault: Nix or the machine
 * failed. What was built is kept.
 */
public final class BuildException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final @Nullable String remedy;

  /**
   * @param remedy a sentence that starts with "Maybe", if there is one
   */
  public BuildException(String message, @Nullable String remedy) {
    this(message, remedy, null);
  }

  public BuildException(String message, @Nullable String remedy, @Nullable Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  /** A sentence that starts with "Maybe". */
  public Optional<String> remedy() {
    return Optional.ofNullable(remedy);
  }
}

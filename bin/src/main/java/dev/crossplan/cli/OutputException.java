package dev.crossplan.cli;

import dev.crossplan.planner.DiskSpace;
import java.io.IOException;

/** Output could not be written, with the place and the system's reason in the message. */
final class OutputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String reason;

  OutputException(String place, IOException cause) {
    super(place + ": cannot be written: " + reason(cause), cause);
    this.reason = reason(cause);
  }

  /** A sentence that starts with "Maybe". */
  String remedy() {
    return DiskSpace.isLackedIn(reason)
        ? "Maybe make room there, or write elsewhere: --output FILE."
        : "Maybe write elsewhere: --output FILE.";
  }

  /** Whether nobody reads any more, as in {@code crossplan … | head}: nothing went wrong. */
  boolean readerGone() {
    // Java has no type for EPIPE; the text is the C library's, in the C locale that Java reads.
    return reason.contains("Broken pipe");
  }

  private static String reason(IOException cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}

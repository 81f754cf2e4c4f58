package dev.crossplan.cli;

import java.io.IOException;

/** Output could not be written, with the place and the system's reason in the message. */
final class OutputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean readerGone;

  OutputException(String place, IOException cause) {
    super(place + ": cannot be written: " + reason(cause), cause);
    // Java has no type for EPIPE; the text is the C library's, in the C locale that Java reads.
    this.readerGone = reason(cause).contains("Broken pipe");
  }

  /** Whether nobody reads any more, as in {@code crossplan … | head}: nothing went wrong. */
  boolean readerGone() {
    return readerGone;
  }

  private static String reason(IOException cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}

package dev.crossplan.cross.elf;

import java.io.IOException;

/** A file is not what its first bytes say; the message tells in what, in half a sentence. */
public final class MalformedFileException extends IOException {
  private static final long serialVersionUID = 1;

  MalformedFileException(String message) {
    super(message);
  }
}

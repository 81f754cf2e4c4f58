package dev.crossplan.cli;

import com.google.common.base.Splitter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Columns and lines of a terminal.
 *
 * @param width columns
 * @param height lines
 */
record WindowSize(int width, int height) {

  /** What a terminal has of which nothing is known. */
  static final WindowSize USUAL = new WindowSize(80, 24);

  /**
   * Asks the terminal of this process, by stty, as Java cannot.
   *
   * @return empty if there is none, or it does not know
   */
  static Optional<WindowSize> ask() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return parse(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      return Optional.empty(); // no stty, no terminal: the usual size will do
    }
  }

  /** Reads what stty prints: {@code 24 80}, or {@code 0 0} for a terminal that does not know. */
  static Optional<WindowSize> parse(String printed) {
    List<String> words = Splitter.on(' ').splitToList(printed.strip());
    if (words.size() != 2) {
      return Optional.empty();
    }
    try {
      WindowSize size =
          new WindowSize(Integer.parseInt(words.get(1)), Integer.parseInt(words.get(0)));
      return size.width > 0 && size.height > 0 ? Optional.of(size) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}

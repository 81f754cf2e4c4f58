package dev.crossplan.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A terminal in memory, of 80 columns. */
final class TerminalForTests {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Terminal terminal;

  /**
   * An empty one.
   *
   * @param person whether somebody looks at it: colours, and a progress line
   */
  TerminalForTests(boolean person) {
    this.terminal = new Terminal(out, err, person, person, person, 80);
  }

  TerminalForTests() {
    this(false);
  }

  int run(String... arguments) {
    return Crossplan.run(terminal, arguments);
  }

  Terminal get() {
    return terminal;
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}

package dev.crossplan.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Standard output and standard error, and what stands behind them. Java cannot ask whether a stream
 * is a terminal, so the launcher tells: {@code -Dcrossplan.terminal=out,err} and {@code
 * -Dcrossplan.width=120}. Without its word nothing is one.
 */
final class Terminal {
  private static final int DEFAULT_WIDTH = 80;

  private final OutputStream out;
  private final OutputStream errStream;
  private final PrintWriter err;
  private final boolean outIsTerminal;
  private final boolean errIsTerminal;
  private final boolean colours;
  private final int width;

  /**
   * @param out where results go; a failed write ends in an {@link OutputException}
   * @param err where everything goes that is not a result
   * @param colours whether a terminal may be coloured
   * @param width columns, if one of the two is a terminal
   */
  Terminal(
      OutputStream out,
      OutputStream err,
      boolean outIsTerminal,
      boolean errIsTerminal,
      boolean colours,
      int width) {
    this.out = new CheckedOutput(new BufferedOutputStream(out, 1 << 16));
    this.errStream = err;
    this.err = new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true);
    this.outIsTerminal = outIsTerminal;
    this.errIsTerminal = errIsTerminal;
    this.colours = colours;
    this.width = width;
  }

  /** The terminal of this process. Unlike System.out, its output does not swallow errors. */
  static Terminal ofProcess() {
    List<String> terminals =
        Arrays.asList(System.getProperty("crossplan.terminal", "").split(",", -1));
    boolean dumb = "dumb".equals(System.getenv("TERM"));
    String noColor = System.getenv("NO_COLOR"); // https://no-color.org: set and not empty
    return new Terminal(
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        terminals.contains("out"),
        terminals.contains("err") && !dumb,
        !dumb && (noColor == null || noColor.isEmpty()),
        width(Integer.getInteger("crossplan.width", DEFAULT_WIDTH)));
  }

  /** A terminal that nobody gave a size says 0. */
  private static int width(int columns) {
    return columns > 0 ? columns : DEFAULT_WIDTH;
  }

  /** Standard output, buffered: {@link #flush} before the process ends. */
  OutputStream out() {
    return out;
  }

  PrintWriter err() {
    return err;
  }

  /** Standard error for who redraws it; nothing of {@link #err} is left unwritten. */
  OutputStream errStream() {
    err.flush();
    return errStream;
  }

  /** Whether a person may be looking at standard error while we work. */
  boolean errIsTerminal() {
    return errIsTerminal;
  }

  /** Whether standard output may be coloured. */
  boolean colours() {
    return outIsTerminal && colours;
  }

  /** Whether standard error may be coloured. */
  boolean errColours() {
    return errIsTerminal && colours;
  }

  int width() {
    return width;
  }

  /**
   * How long a line of a result may be: on a terminal its width; what goes elsewhere is not cut.
   */
  int room() {
    return outIsTerminal ? width : Integer.MAX_VALUE;
  }

  /** The same of what goes to standard error. */
  int errRoom() {
    return errIsTerminal ? width : Integer.MAX_VALUE;
  }

  /**
   * Hands on what is still buffered.
   *
   * @throws OutputException if what is still buffered cannot be written
   */
  void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new OutputException("standard output", e);
    } finally {
      err.flush();
    }
  }

  /** Turns what goes wrong into an exception that no PrintWriter in between can swallow. */
  private static final class CheckedOutput extends FilterOutputStream {
    CheckedOutput(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) {
      checked(() -> out.write(b));
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      checked(() -> out.write(bytes, from, length));
    }

    @Override
    public void flush() {
      checked(out::flush);
    }

    /** Standard output stays open for whoever writes next. */
    @Override
    public void close() {
      flush();
    }

    private static void checked(Writing writing) {
      try {
        writing.run();
      } catch (IOException e) {
        throw new OutputException("standard output", e);
      }
    }

    @FunctionalInterface
    private interface Writing {
      void run() throws IOException;
    }
  }
}

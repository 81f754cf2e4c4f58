package dev.crossplan.cli;

import com.google.common.base.Strings;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.Visible;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;

/**
 * One line on standard error that says what is going on: only on a terminal, only for what takes
 * longer than a second, and gone when it is over.
 *
 * <p>Our own because me.tongfei:progressbar, which does the rest, draws its first line at once;
 * what takes 0.2 s would flicker by.
 */
final class ProgressLine implements Progress, AutoCloseable {
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long REDRAW_MILLIS = 200;

  private final boolean shown;
  private final PrintWriter err;
  private final int width;
  private final Timer clock = new Timer("progress", true);
  private final Thread interrupted = new Thread(this::erase);

  // Written by the stage, read by the clock; a mixture of an old and a new value lasts one redraw.
  private volatile String what = "";
  private volatile long started;
  private volatile long done;
  private volatile long of;
  private int drawn;
  private boolean closed;

  ProgressLine(Terminal terminal) {
    this.shown = terminal.errIsTerminal();
    this.err = terminal.err();
    this.width = terminal.width();
    if (shown) {
      clock.schedule(
          new TimerTask() {
            @Override
            public void run() {
              draw(System.nanoTime());
            }
          },
          REDRAW_MILLIS,
          REDRAW_MILLIS);
      Runtime.getRuntime().addShutdownHook(interrupted);
    }
  }

  @Override
  public void start(String what) {
    start(what, System.nanoTime());
  }

  @Override
  public void step(long done, long of) {
    this.done = done;
    this.of = of;
  }

  /** Lets somebody else write to standard error; the line is drawn anew below that. */
  synchronized void giveWay(Runnable writing) {
    clear();
    writing.run();
  }

  /** Erases the line. */
  @Override
  public void close() {
    clock.cancel();
    if (shown) {
      erase();
      try {
        Runtime.getRuntime().removeShutdownHook(interrupted);
      } catch (IllegalStateException e) {
        return; // Java is ending, and runs it
      }
    }
  }

  void start(String what, long now) {
    this.what = Visible.line(what);
    this.done = 0;
    this.of = 0;
    this.started = now;
  }

  /** Draws the line as it is at {@code now}, or nothing while the activity is younger than 1 s. */
  synchronized void draw(long now) {
    long age = now - started;
    if (!shown || closed || what.isEmpty()) {
      return;
    }
    String line = age < QUIET_NANOS ? "" : line(age);
    if (line.length() >= width) {
      line = line.substring(0, width - 1);
    }
    if (!line.isEmpty() || drawn > 0) {
      // With nothing to say the cursor goes back to where others begin to write.
      err.print("\r" + Strings.padEnd(line, drawn, ' ') + (line.isEmpty() ? "\r" : ""));
      err.flush();
      drawn = line.length();
    }
  }

  private String line(long age) {
    StringBuilder line = new StringBuilder(what);
    if (of > 0) {
      line.append(String.format(Locale.ROOT, " %d %%", Math.min(100, 100 * done / of)));
    } else if (done > 0) {
      line.append(String.format(Locale.ROOT, " %,d", done));
    }
    return line.append(String.format(Locale.ROOT, " (%d s)", TimeUnit.NANOSECONDS.toSeconds(age)))
        .toString();
  }

  private synchronized void erase() {
    closed = true;
    clear();
  }

  private void clear() {
    if (drawn > 0) {
      err.print("\r" + " ".repeat(drawn) + "\r");
      err.flush();
      drawn = 0;
    }
  }
}

package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.execute.BuildEvent;
import dev.crossplan.planner.execute.BuildListener;
import dev.crossplan.planner.history.Action;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.jline.utils.Signals;

/**
 * A build as a person at a terminal sees it: what runs now, in place, and what is worth keeping
 * above it. Redrawn at most five times a second, and only when something happened or a second
 * passed.
 */
final class LiveView implements BuildListener, AutoCloseable {
  private static final long REDRAW_MILLIS = 200;

  /** A build that is over sooner is counted, no more. */
  private static final double WORTH_A_LINE_SECONDS = 1;

  private static final String RESIZED = "WINCH";

  private final BuildState state;
  private final LiveBlock block;
  private final Timer clock = new Timer("live view", true);
  private final Thread interrupted = new Thread(this::erase);

  private final List<BuildEvent> above = new ArrayList<>();
  private WindowSize size;
  private long shownSecond = Long.MIN_VALUE;
  private boolean changed;
  private boolean closed;
  private volatile boolean resized;

  /**
   * A view that nobody redraws: that is left to {@link #draw}.
   *
   * @param began from when on elapsed time counts
   */
  LiveView(LiveBlock block, WindowSize size, Instant began) {
    this.block = block;
    this.size = size;
    this.state = new BuildState(began);
  }

  /** A view on standard error; {@link #close} it before anything else is written there. */
  static LiveView on(Terminal terminal) {
    WindowSize size =
        WindowSize.ask().orElse(new WindowSize(terminal.width(), WindowSize.USUAL.height()));
    LiveBlock block = new LiveBlock(terminal.errStream(), terminal.errColours(), size);
    LiveView view = new LiveView(block, size, Instant.now());
    view.start();
    return view;
  }

  private void start() {
    Signals.register(RESIZED, () -> resized = true);
    Runtime.getRuntime().addShutdownHook(interrupted);
    clock.schedule(
        new TimerTask() {
          @Override
          public void run() {
            if (resized) {
              resized = false;
              WindowSize.ask().ifPresent(LiveView.this::resize);
            }
            draw(Instant.now());
          }
        },
        0,
        REDRAW_MILLIS);
  }

  @Override
  public synchronized void on(BuildEvent event) {
    state.on(event);
    changed = true;
    if (isWorthALine(event)) {
      above.add(event);
    }
  }

  /** What the lines below tell while it lasts is not repeated, and small things are not told. */
  private static boolean isWorthALine(BuildEvent event) {
    if (event instanceof BuildEvent.Finished finished) {
      return finished.step().action() == Action.BUILD
          && finished.built()
          && finished.seconds() >= WORTH_A_LINE_SECONDS;
    }
    return event instanceof BuildEvent.Planned
        || event instanceof BuildEvent.Failed
        || event instanceof BuildEvent.Replanned
        || event instanceof BuildEvent.Interrupted
        || event instanceof BuildEvent.BuilderLost
        || event instanceof BuildEvent.BuilderBack
        || event instanceof BuildEvent.Stopping;
  }

  /** What is to scroll by, in sentences that end at the edge of the terminal. */
  private List<AttributedString> told() {
    List<AttributedString> lines = new ArrayList<>();
    for (BuildEvent event : above) {
      AttributedStyle style = style(event);
      ImmutableList<String> words = EventLines.of(event);
      Prose.sentence(size.width() - 1, words.get(0))
          .lines()
          .forEach(line -> lines.add(new AttributedString(line, style)));
      // Of a log, so that who copies it has it as it is.
      words.subList(1, words.size()).forEach(line -> lines.add(new AttributedString(line)));
    }
    above.clear();
    return lines;
  }

  private static AttributedStyle style(BuildEvent event) {
    if (event instanceof BuildEvent.Failed || event instanceof BuildEvent.Stopping) {
      return BuildFrame.BAD;
    }
    boolean isOfNote =
        event instanceof BuildEvent.Replanned
            || event instanceof BuildEvent.Interrupted
            || event instanceof BuildEvent.BuilderLost;
    return isOfNote ? BuildFrame.LATE : AttributedStyle.DEFAULT;
  }

  synchronized void resize(WindowSize now) {
    size = now;
    changed = true;
    if (!closed) {
      block.resize(now);
    }
  }

  /** Draws what is new at {@code now}, if anything is. */
  synchronized void draw(Instant now) {
    if (closed || (!changed && now.getEpochSecond() == shownSecond)) {
      return;
    }
    block.show(told(), BuildFrame.of(state, now, size.width(), size.height()));
    changed = false;
    shownSecond = now.getEpochSecond();
  }

  /** Leaves only the lines that scrolled by. */
  @Override
  public void close() {
    clock.cancel();
    erase();
    try {
      Runtime.getRuntime().removeShutdownHook(interrupted);
    } catch (IllegalStateException e) {
      return; // Java is ending, and runs it
    }
    Signals.registerDefault(RESIZED);
  }

  private synchronized void erase() {
    if (!closed) {
      closed = true;
      block.show(told(), ImmutableList.of());
    }
  }
}

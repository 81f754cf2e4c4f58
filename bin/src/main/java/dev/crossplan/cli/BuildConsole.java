package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.cli.CommonOptions.Format;
import dev.crossplan.planner.execute.BuildEvent;
import dev.crossplan.planner.execute.BuildEventJson;
import dev.crossplan.planner.execute.BuildListener;
import dev.crossplan.planner.execute.BuildReport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that is seen of {@code crossplan build}. Meanwhile, on standard error: a live view, or plain
 * lines where that is no terminal. The result: events as JSON, or a report at the end; of a dry
 * run, what would be done. At last, on standard error again: why something is missing.
 */
final class BuildConsole implements BuildListener, AutoCloseable {
  private final Terminal terminal;
  private final ProgressLine progress;
  private final Format format;
  private final OutputStream out;
  private final boolean dryRun;
  private final Optional<BuildListener> metrics;
  private final BuildState state = new BuildState(Instant.now());
  private List<BuildListener> listeners = ImmutableList.of();
  private @Nullable LiveView live;
  private BuildEvent.@Nullable Planned lastPlan;
  private boolean closed;

  /**
   * Shows nothing yet.
   *
   * @param progress of the planner, which ends with the first plan
   * @param out where the result goes
   * @param metrics for who looks from elsewhere
   */
  BuildConsole(
      Terminal terminal,
      ProgressLine progress,
      Format format,
      OutputStream out,
      boolean dryRun,
      Optional<BuildListener> metrics) {
    this.terminal = terminal;
    this.progress = progress;
    this.format = format;
    this.out = out;
    this.dryRun = dryRun;
    this.metrics = metrics;
  }

  @Override
  public synchronized void on(BuildEvent event) {
    if (closed) {
      return; // somebody ended it, and programs were told so
    }
    if (listeners.isEmpty()) {
      begin();
    }
    if (event instanceof BuildEvent.Ended) {
      endView(); // what follows is not to be redrawn
    }
    try {
      listeners.forEach(listener -> listener.on(event));
      if (event instanceof BuildEvent.Planned planned) {
        lastPlan = planned;
      } else if (event instanceof BuildEvent.Ended ended) {
        end(ended.report());
      }
    } catch (UncheckedIOException e) {
      throw new OutputException("--output", Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw new OutputException("--output", e);
    }
  }

  private void begin() {
    progress.close();
    List<BuildListener> all = new ArrayList<>(List.of(state));
    metrics.ifPresent(all::add);
    if (format == Format.JSON) {
      all.add(new BuildEventJson(out));
    }
    if (!dryRun && terminal.errIsTerminal()) {
      live = LiveView.on(terminal);
      all.add(live);
    } else if (!dryRun && format == Format.TEXT) {
      all.add(new PlainLines(terminal.err(), Clock.systemUTC()));
    }
    listeners = all;
  }

  private void end(BuildReport report) throws IOException {
    if (format == Format.TEXT) {
      write(text(report));
    }
    String causes = new RootCauses(state, report, terminal).toString();
    terminal.err().print(causes.isEmpty() ? "" : "\n" + causes);
    terminal.err().flush();
  }

  private String text(BuildReport report) {
    if (!dryRun) {
      return new BuildReportText(state, report, terminal).toString();
    }
    return lastPlan == null
        ? "nothing of the image can be had\n"
        : new DryRunText(lastPlan, state, report, terminal).toString();
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /**
   * Somebody ends it before anything was begun: programs are told that it is over.
   *
   * @param folder where the state of all builds is
   */
  synchronized void endBeforeBegin(Path folder) {
    if (!closed && listeners.isEmpty() && format == Format.JSON) {
      new BuildEventJson(out).on(new BuildEvent.Ended(nothingBegun(folder)));
    }
    closed |= listeners.isEmpty();
  }

  private BuildReport nothingBegun(Path folder) {
    return new BuildReport(
        ImmutableList.of(),
        ImmutableList.of(),
        ImmutableList.of(),
        ImmutableMap.of(),
        ImmutableList.of(),
        ImmutableList.of(),
        true,
        Optional.empty(),
        state.elapsedSeconds(Instant.now()),
        folder);
  }

  /** Ends the live view, whatever has happened; nothing is told any more. */
  @Override
  public synchronized void close() {
    closed = true;
    endView();
  }

  private void endView() {
    if (live != null) {
      live.close();
    }
  }
}

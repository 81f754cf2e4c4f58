package dev.crossplan.cli;

import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;
import dev.crossplan.cli.BuildState.Running;
import dev.crossplan.planner.Seconds;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.estimate.Interval;
import dev.crossplan.planner.execute.Outlook;
import dev.crossplan.planner.plan.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/**
 * How a build looks at a moment, on a terminal of a size: the steps that run, a line each, and
 * below them how much is done and how long it takes.
 *
 * <pre>
 *  running        how       phase             time                   expected
 *  openssl 3.6.0  cross     build       2 min 10 s  [=======>     ]  ~3 min
 *  python3 3.12   emulated  install    24 min 10 s  4 min 10 s over  ~20 min
 *  37 of 154 done, 1 planned again   41 min 12 s so far, at least 1 h 02 min left
 * </pre>
 *
 * <p>Where there are several builders each has a lane: what runs there, or what it waits for.
 *
 * <pre>
 *  on     running        how       phase             time                   expected
 *  desk   openssl 3.6.0  cross     build       2 min 10 s  [=======>     ]  ~3 min
 *         zlib 1.3.1     cross     configure          4 s  [>            ]  ~12 s
 *  board  git 2.51.0 waits for openssl 3.6.0 on desk
 *  farm   lost: it has not answered for 60 s
 * </pre>
 */
final class BuildFrame {
  private static final String GAP = "  ";

  /** A name is not cut below this for the sake of a column that can be missed. */
  private static final int NAME_COLUMNS = 16;

  /** As wide as 12 min 30 s, so that the columns stay where they are while time passes. */
  private static final int TIME_COLUMNS = 11;

  private static final int PHASE_COLUMNS = 9;

  /** As wide as 9 min 50 s over. */
  private static final int BAR_COLUMNS = 15;

  private static final int LANE_COLUMNS = 16;
  private static final String LANE = "on";

  /** Below this the heads of the columns give their line to a step. */
  private static final int LINES_WITH_HEADS = 5;

  static final AttributedStyle LATE = AttributedStyle.DEFAULT.foreground(AttributedStyle.YELLOW);
  static final AttributedStyle BAD = AttributedStyle.BOLD.foreground(AttributedStyle.RED);

  private final BuildState state;
  private final Instant now;
  private final int columns;
  private final int lines;

  private BuildFrame(BuildState state, Instant now, int columns, int lines) {
    this.state = state;
    this.now = now;
    this.columns = columns;
    this.lines = lines;
  }

  /**
   * The lines to show.
   *
   * @param width columns of the terminal; the last one is left free, where terminals wrap
   * @param height lines of the terminal; one is left for what scrolls by
   * @return none before there is a plan
   */
  static ImmutableList<AttributedString> of(BuildState state, Instant now, int width, int height) {
    return state.plan().isEmpty()
        ? ImmutableList.of()
        : new BuildFrame(state, now, Math.max(1, width - 1), Math.max(1, height - 1)).draw();
  }

  private ImmutableList<AttributedString> draw() {
    ImmutableList<AttributedString> summary = summary();
    ImmutableList<AttributedString> all =
        ImmutableList.<AttributedString>builder()
            .addAll(table(lines - summary.size()))
            .addAll(summary)
            .build();
    return all.subList(0, Math.min(lines, all.size())).stream()
        .map(line -> cut(line, columns))
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * A column of the table.
   *
   * @param right whether the cells end under one another
   * @param width of the widest cell, and of the head
   */
  private record Column(String head, boolean right, int width, List<AttributedString> cells) {
    Column atMost(int columns) {
      return new Column(head, right, Math.min(width, columns), cells);
    }

    void append(AttributedStringBuilder row, AttributedString cell) {
      AttributedString fitting = cut(cell, width);
      String padding = " ".repeat(width - fitting.columnLength());
      if (right) {
        row.append(padding).append(fitting);
      } else {
        row.append(fitting).append(padding);
      }
    }
  }

  private List<AttributedString> table(int room) {
    List<Running> shown = inLanes();
    boolean heads = room >= LINES_WITH_HEADS && !shown.isEmpty();
    int rows = room - (heads ? 1 : 0);
    if (rows < 1) {
      return List.of();
    }
    int hidden = shown.size() > rows ? shown.size() - (rows - 1) : 0;
    shown = shown.subList(0, shown.size() - hidden);
    List<Column> all = columns(shown);
    List<AttributedString> table = new ArrayList<>();
    if (heads) {
      table.add(row(all, column -> new AttributedString(column.head(), AttributedStyle.BOLD)));
    }
    for (int i = 0; i < shown.size(); i++) {
      int at = i;
      table.add(row(all, column -> column.cells().get(at)));
    }
    if (hidden > 0) {
      table.add(plain(" and " + hidden + " more running"));
      return table;
    }
    List<AttributedString> notes = notes(all);
    return Stream.concat(
            table.stream(), notes.subList(0, Math.min(notes.size(), rows - shown.size())).stream())
        .toList();
  }

  private boolean hasLanes() {
    return builders().size() > 1;
  }

  private ImmutableList<String> builders() {
    return state.builders();
  }

  /** What runs, builder by builder; what needs none comes last. */
  private List<Running> inLanes() {
    List<Running> all = new ArrayList<>(state.running());
    ImmutableList<String> lanes = builders();
    all.sort(
        Comparator.comparingInt(
            run ->
                run.step()
                    .builder()
                    .map(lanes::indexOf)
                    .filter(at -> at >= 0)
                    .orElse(lanes.size())));
    return all;
  }

  /** Of each builder that does nothing, why. */
  private List<AttributedString> notes(List<Column> all) {
    if (!hasLanes()) {
      return List.of();
    }
    Set<String> busy = new HashSet<>();
    state.running().forEach(run -> run.step().builder().ifPresent(busy::add));
    List<AttributedString> notes = new ArrayList<>();
    for (String builder : builders()) {
      Optional<AttributedString> note =
          state
              .lost(builder)
              .map(lost -> new AttributedString("lost: it " + Visible.line(lost.why()), LATE))
              .or(
                  () ->
                      busy.contains(builder)
                          ? Optional.empty()
                          : Optional.of(
                              plain(
                                  state
                                      .next(builder)
                                      .map(this::waiting)
                                      .orElse("nothing is left for it"))));
      note.ifPresent(text -> notes.add(note(all.get(0), builder, text)));
    }
    return notes;
  }

  private static AttributedString note(Column first, String builder, AttributedString text) {
    AttributedStringBuilder row = new AttributedStringBuilder().append(" ");
    AttributedString name = plain(Visible.line(builder));
    if (first.head().equals(LANE)) {
      first.append(row, name);
    } else {
      row.append(name);
    }
    return row.append(GAP).append(text).toAttributedString();
  }

  private String waiting(Step step) {
    String next = Visible.line(step.label());
    return state
        .awaited(step, now)
        .map(
            awaited ->
                next
                    + " waits for "
                    + Visible.line(
                        awaited.label() + awaited.builder().map(name -> " on " + name).orElse("")))
        .orElse(next + " is next");
  }

  private static AttributedString row(List<Column> all, Function<Column, AttributedString> cellOf) {
    AttributedStringBuilder row = new AttributedStringBuilder();
    for (Column column : all) {
      row.append(row.length() == 0 ? " " : GAP);
      column.append(row, cellOf.apply(column));
    }
    return row.toAttributedString();
  }

  /** Leaves out, one after the other, what can be missed most until the names have room. */
  private List<Column> columns(List<Running> shown) {
    Column name = words("running", 0, shown, run -> run.step().label());
    Column how = words("how", 0, shown, run -> run.step().word());
    Column on = lanes(shown);
    Column phase =
        words("phase", PHASE_COLUMNS, shown, run -> run.phase().replaceFirst("Phase$", ""));
    Column time = column("time", true, TIME_COLUMNS, shown, this::time);
    Column bar = column("", false, BAR_COLUMNS, shown, this::bar);
    Column expected = words("expected", 0, shown, run -> "~" + Seconds.about(run.step().seconds()));
    List<Column> others =
        new ArrayList<>(
            hasLanes()
                ? List.of(on, how, phase, time, bar, expected)
                : List.of(how, phase, time, bar, expected));
    for (Column dispensable : List.of(bar, phase, on, how, expected, time)) {
      if (roomBeside(others) >= Math.min(NAME_COLUMNS, name.width())) {
        break;
      }
      others.remove(dispensable);
    }
    others.add(others.contains(on) ? 1 : 0, name.atMost(Math.max(1, roomBeside(others))));
    return others;
  }

  /** The builder at the first of the steps that it runs. */
  private Column lanes(List<Running> shown) {
    List<AttributedString> cells = new ArrayList<>();
    String before = "";
    for (Running run : shown) {
      String name = Visible.line(run.step().builder().orElse(""));
      cells.add(plain(name.equals(before) ? "" : name));
      before = name;
    }
    int width = LANE.length();
    for (String builder : builders()) {
      width = Math.max(width, plain(Visible.line(builder)).columnLength());
    }
    return new Column(LANE, false, Math.min(width, LANE_COLUMNS), cells);
  }

  private int roomBeside(List<Column> others) {
    return columns - 1 - others.stream().mapToInt(column -> GAP.length() + column.width()).sum();
  }

  private static Column words(
      String head, int atLeast, List<Running> shown, Function<Running, String> cell) {
    return column(head, false, atLeast, shown, run -> plain(Visible.line(cell.apply(run))));
  }

  private static Column column(
      String head,
      boolean right,
      int atLeast,
      List<Running> shown,
      Function<Running, AttributedString> cell) {
    List<AttributedString> cells = shown.stream().map(cell).toList();
    int width = Math.max(atLeast, head.length());
    for (AttributedString each : cells) {
      width = Math.max(width, each.columnLength());
    }
    return new Column(head, right, width, cells);
  }

  private AttributedString time(Running run) {
    return new AttributedString(
        Seconds.format(run.seconds(now)), isLate(run) ? LATE : AttributedStyle.DEFAULT);
  }

  private boolean isLate(Running run) {
    return run.seconds(now) >= run.step().seconds() + 1;
  }

  private AttributedString bar(Running run) {
    double expected = run.step().seconds();
    if (isLate(run)) {
      return new AttributedString(Seconds.about(run.seconds(now) - expected) + " over", LATE);
    }
    int inside = BAR_COLUMNS - 2;
    int full = expected <= 0 ? inside : (int) (inside * Math.min(1, run.seconds(now) / expected));
    String bar = full == 0 ? "" : "=".repeat(full - 1) + (full < inside ? ">" : "=");
    return plain("[" + Strings.padEnd(bar, inside, ' ') + "]");
  }

  /** Two parts, on one line if that is wide enough. */
  private ImmutableList<AttributedString> summary() {
    AttributedString counts = counts();
    AttributedString times = plain(" " + times());
    return counts.columnLength() + 3 + times.columnLength() <= columns
        ? ImmutableList.of(AttributedStringBuilder.append(counts, "   ", times))
        : ImmutableList.of(counts, times);
  }

  private AttributedString counts() {
    AttributedStringBuilder counts = new AttributedStringBuilder();
    counts.append(" " + state.done() + " of " + state.all() + " done");
    int lost = state.finalFailures().size();
    int again = state.failures().size() - lost;
    if (again > 0) {
      counts.append(", " + again + " planned again", LATE);
    }
    if (lost > 0) {
      counts.append(", " + lost + " failed", BAD);
    }
    if (!state.givenUp().isEmpty()) {
      counts.append(", " + state.givenUp().size() + " given up", BAD);
    }
    return counts.toAttributedString();
  }

  private String times() {
    String soFar = Seconds.format(state.elapsedSeconds(now)) + " so far";
    Outlook outlook = state.outlook(now).orElseThrow();
    double left = outlook.atLeastSeconds();
    if (left >= 0.5) {
      return soFar
          + state
              .end()
              .map(end -> about(outlook.expectedSeconds(), end))
              .orElseGet(() -> ", at least " + Seconds.format(left) + " left");
    }
    return state.running().isEmpty() ? soFar : soFar + ", overdue";
  }

  private static String about(double expected, Interval end) {
    return String.format(
        ", about %s left (%s to %s)",
        Seconds.about(expected * end.median()),
        Seconds.about(expected * end.low()),
        Seconds.about(expected * end.high()));
  }

  private static AttributedString plain(String text) {
    return new AttributedString(text);
  }

  /** At most {@code columns} wide; what is left out is told by an ellipsis. */
  private static AttributedString cut(AttributedString text, int columns) {
    if (text.columnLength() <= columns) {
      return text;
    }
    return AttributedStringBuilder.append(text.columnSubSequence(0, columns - 1), "…");
  }
}

package dev.crossplan.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import com.github.freva.asciitable.OverflowBehaviour;
import com.github.freva.asciitable.Styler;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.history.Tools;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/** How all our tables look: no lines, two spaces between columns, and on a terminal bold heads. */
final class Table {
  /** Names are never broken over lines: a terminal wraps, and a program greps. */
  private static final int WIDEST = 1000;

  private static final int NARROWEST = 12;

  /** Spaces around a cell, which count as part of the column. */
  private static final int PADDING = 2;

  private static final Pattern ESCAPES = Pattern.compile("\u001b\\[[0-9;]*m");

  private Table() {}

  /** A column of words, flush left. Whatever a cell has stays on its line. */
  static <T> ColumnData<T> text(String head, Function<T, String> cell) {
    return column(head, HorizontalAlign.LEFT).with(row -> Visible.line(cell.apply(row)));
  }

  /** A column of numbers, flush right. */
  static <T> ColumnData<T> number(String head, Function<T, String> cell) {
    return column(head, HorizontalAlign.RIGHT).with(cell);
  }

  /**
   * A column that says which tools builds have; empty where all have those that they were evaluated
   * to have. Beside one that says {@code emulated} it takes less room than words that follow that.
   */
  static <T> Optional<ColumnData<T>> tools(Collection<T> rows, Function<T, Tools> tools) {
    Function<T, String> cell =
        row -> tools.apply(row) == Tools.AS_EVALUATED ? "" : tools.apply(row).toString();
    return rows.stream().allMatch(row -> cell.apply(row).isEmpty())
        ? Optional.empty()
        : Optional.of(text("tools", cell));
  }

  /**
   * The table, each line ended by a line feed and without spaces before it. Where it is wider than
   * the terminal, its widest columns of words give way: the last one is broken between words, of
   * the others the ends are left out.
   */
  static <T> String of(Terminal terminal, Collection<T> rows, List<ColumnData<T>> columns) {
    List<ColumnData<T>> fitting = new ArrayList<>(columns);
    String table = draw(terminal, rows, fitting);
    for (int tries = 0; tries < columns.size() && width(table) > terminal.room(); tries++) {
      narrow(rows, fitting, width(table) - terminal.room());
      table = draw(terminal, rows, fitting);
    }
    return table;
  }

  private static <T> String draw(
      Terminal terminal, Collection<T> rows, List<ColumnData<T>> columns) {
    return AsciiTable.builder()
        .border(AsciiTable.NO_BORDERS)
        .lineSeparator("\n")
        .styler(terminal.colours() ? new BoldHeads() : new Plain())
        .data(rows, columns)
        .asString()
        .lines()
        .map(line -> line.stripTrailing() + "\n")
        .collect(Collectors.joining());
  }

  private static int width(String table) {
    return table
        .lines()
        .mapToInt(line -> ESCAPES.matcher(line).replaceAll("").length())
        .max()
        .orElse(0);
  }

  private static <T> void narrow(Collection<T> rows, List<ColumnData<T>> columns, int excess) {
    int widest = 0;
    for (int i = 0; i < columns.size(); i++) {
      if (width(rows, columns.get(i)) > width(rows, columns.get(widest))) {
        widest = i;
      }
    }
    ColumnData<T> wide = columns.get(widest);
    int width = Math.max(NARROWEST, width(rows, wide) - excess);
    columns.set(
        widest,
        new Column()
            .header(wide.getHeader())
            .headerAlign(wide.getHeaderAlign())
            .dataAlign(wide.getDataAlign())
            .maxWidth(
                width + PADDING,
                widest == columns.size() - 1
                    ? OverflowBehaviour.NEWLINE
                    : OverflowBehaviour.ELLIPSIS_RIGHT)
            .with(wide::getCellValue));
  }

  private static <T> int width(Collection<T> rows, ColumnData<T> column) {
    int longest = Objects.toString(column.getHeader(), "").length();
    for (T row : rows) {
      longest = Math.max(longest, Objects.toString(column.getCellValue(row), "").length());
    }
    return Math.min(longest, column.getMaxWidth() - PADDING);
  }

  private static Column column(String head, HorizontalAlign align) {
    return new Column().header(head).headerAlign(align).dataAlign(align).maxWidth(WIDEST);
  }

  /** Ended by a reset: what picocli ends bold with underlines twice on many terminals. */
  private static final class BoldHeads implements Styler {
    @Override
    public List<String> styleHeader(Column column, int index, List<String> lines) {
      return lines.stream()
          .map(line -> Ansi.Style.bold.on() + line + Ansi.Style.reset.on())
          .collect(Collectors.toList());
    }
  }

  private static final class Plain implements Styler {}
}

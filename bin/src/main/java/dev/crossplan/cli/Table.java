package dev.crossplan.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import com.github.freva.asciitable.Styler;
import dev.crossplan.planner.Visible;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/** How all our tables look: no lines, two spaces between columns, and on a terminal bold heads. */
final class Table {
  /** Names are never broken over lines: a terminal wraps, and a program greps. */
  private static final int WIDEST = 1000;

  private Table() {}

  /** A column of words, flush left. Whatever a cell has stays on its line. */
  static <T> ColumnData<T> text(String head, Function<T, String> cell) {
    return column(head, HorizontalAlign.LEFT).with(row -> Visible.line(cell.apply(row)));
  }

  /** A column of numbers, flush right. */
  static <T> ColumnData<T> number(String head, Function<T, String> cell) {
    return column(head, HorizontalAlign.RIGHT).with(cell);
  }

  /** The table, each line ended by a line feed and without spaces before it. */
  static <T> String of(Terminal terminal, Collection<T> rows, List<ColumnData<T>> columns) {
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

  private static Column column(String head, HorizontalAlign align) {
    return new Column().header(head).headerAlign(align).dataAlign(align).maxWidth(WIDEST);
  }

  private static final class BoldHeads implements Styler {
    @Override
    public List<String> styleHeader(Column column, int index, List<String> lines) {
      return lines.stream()
          .map(line -> Ansi.Style.on(Ansi.Style.bold) + line + Ansi.Style.off(Ansi.Style.bold))
          .collect(Collectors.toList());
    }
  }

  private static final class Plain implements Styler {}
}

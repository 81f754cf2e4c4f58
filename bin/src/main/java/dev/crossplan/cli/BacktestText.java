package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.Seconds;
import dev.crossplan.planner.cost.Backtest;
import dev.crossplan.planner.cost.Backtest.Trial;
import dev.crossplan.planner.cost.Origin;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.util.Comparator;
import java.util.Locale;
import java.util.OptionalDouble;

/** For people: how good the estimates of earlier builds would have been. */
final class BacktestText {
  private static final int WORST = 10;

  private final Backtest backtest;
  private final Terminal terminal;

  private record Row(String name, Backtest builds) {}

  BacktestText(Backtest backtest, Terminal terminal) {
    this.backtest = backtest.withoutShort();
    this.terminal = terminal;
  }

  @Override
  public String toString() {
    if (backtest.trials().isEmpty()) {
      return "no build of a second or more is known: there is nothing to compare with\n"
          + "Maybe build something, or let crossplan history import read what other tools built.\n";
    }
    ImmutableList.Builder<Row> rows = ImmutableList.builder();
    for (Strategy strategy : Strategy.values()) {
      for (Origin origin : Origin.values()) {
        rows.add(
            new Row(
                strategy + ", " + origin, backtest.only(trial -> isOf(trial, strategy, origin))));
      }
    }
    rows.add(new Row("all", backtest));
    return Prose.sentence(
            terminal,
            "each build of a second or more, estimated from what was known before it began; what it"
                + " waited for other programs is no part of what it took, as it is in history list")
        + "\n"
        + Table.of(
            terminal,
            rows.build().stream().filter(row -> !row.builds().trials().isEmpty()).toList(),
            ImmutableList.of(
                Table.text("strategy, origin", Row::name),
                Table.number("builds", row -> Integer.toString(row.builds().trials().size())),
                Table.number("median error", row -> percent(row.builds().medianError())),
                Table.number("in interval", row -> percent(row.builds().coverage())),
                Table.number("took", row -> Seconds.format(row.builds().seconds())),
                Table.number("estimated", row -> Seconds.format(row.builds().estimatedSeconds()))))
        + "\n"
        + Table.of(
            terminal,
            backtest.trials().stream()
                .sorted(Comparator.comparingDouble(BacktestText::times).reversed())
                .limit(WORST)
                .toList(),
            ImmutableList.of(
                Table.text("worst", trial -> name(trial)),
                Table.text("strategy", trial -> strategy(trial)),
                Table.number("took", trial -> Seconds.format(trial.timing().seconds())),
                Table.number("estimated", trial -> Seconds.format(trial.estimate().seconds())),
                Table.number("from", trial -> Seconds.format(trial.estimate().low())),
                Table.number("to", trial -> Seconds.format(trial.estimate().high())),
                Table.text("origin", trial -> trial.estimate().origin().toString())));
  }

  /** How many times as long or as short as estimated it took. */
  private static double times(Trial trial) {
    double ratio = trial.estimate().seconds() / trial.timing().seconds();
    return Math.max(ratio, 1 / ratio);
  }

  private static boolean isOf(Trial trial, Strategy strategy, Origin origin) {
    return trial.timing().strategy().orElseThrow() == strategy
        && trial.estimate().origin() == origin;
  }

  private static String name(Trial trial) {
    return trial.timing().packageName() + " " + trial.timing().version();
  }

  private static String strategy(Trial trial) {
    return trial.timing().strategy().orElseThrow().toString();
  }

  private static String percent(OptionalDouble part) {
    return part.isEmpty() ? "-" : String.format(Locale.ROOT, "%.0f %%", 100 * part.getAsDouble());
  }
}

package dev.crossplan.cli;

import com.github.freva.asciitable.ColumnData;
import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.Seconds;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.estimate.BuilderChange;
import dev.crossplan.planner.estimate.BuilderUse;
import dev.crossplan.planner.estimate.CacheWeather;
import dev.crossplan.planner.estimate.Chain;
import dev.crossplan.planner.estimate.Download;
import dev.crossplan.planner.estimate.EstimateReport;
import dev.crossplan.planner.estimate.EstimatedStep;
import dev.crossplan.planner.estimate.Interval;
import dev.crossplan.planner.estimate.OptionEstimate;
import dev.crossplan.planner.estimate.OptionEstimate.Amounts;
import dev.crossplan.planner.estimate.Totals;
import dev.crossplan.planner.estimate.Totals.Intervals;
import dev.crossplan.planner.estimate.Untested;
import dev.crossplan.planner.history.TestsBefore;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.plan.Step;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** An estimate for people: what to expect of each option, and what that depends on. */
final class EstimateText {
  /** So many steps of a chain are shown, those that last longest. */
  private static final int LINKS = 10;

  /** So many packages without tests are named, those whose tests last longest. */
  private static final int UNTESTED = 5;

  /** Less than that is nothing in any currency, or what is left of a difference by rounding. */
  private static final double LEAST_AMOUNT = 1e-6;

  private final EstimateReport report;
  private final Terminal terminal;
  private final int longest;
  private final boolean hasPrices;
  private final boolean hasWatts;

  /**
   * @param longest how many of the longest builds are shown
   */
  EstimateText(EstimateReport report, Terminal terminal, int longest) {
    this.report = report;
    this.terminal = terminal;
    this.longest = longest;
    ImmutableList<Builder> builders = report.plan().builders();
    this.hasPrices = builders.stream().anyMatch(builder -> builder.hourly() > 0);
    this.hasWatts = builders.stream().anyMatch(builder -> builder.watts() > 0);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(Visible.line(report.plan().name())).append(": how long, on what, for how much\n");
    for (String part :
        List.of(
            options(),
            builders(),
            longestBuilds(),
            path(),
            untested(),
            substituters(),
            changes())) {
      if (!part.isEmpty()) {
        text.append('\n').append(part);
      }
    }
    return text.toString();
  }

  // The options

  /**
   * A row of the table: an option, or an end of its intervals.
   *
   * @param isEnd whether it is an end: of what is known to be so much at least, none is known
   */
  private record Row(
      String name,
      String builds,
      String twice,
      String downloads,
      Optional<Totals> totals,
      boolean isEnd) {
    OptionalDouble money() {
      return amount(Totals::money, Totals::knownMoney);
    }

    OptionalDouble kilowattHours() {
      return amount(Totals::kilowattHours, Totals::knownKilowattHours);
    }

    private OptionalDouble amount(
        ToDoubleFunction<Totals> atLeast, Function<Totals, OptionalDouble> known) {
      return totals.isEmpty()
          ? OptionalDouble.empty()
          : isEnd
              ? known.apply(totals.get())
              : OptionalDouble.of(atLeast.applyAsDouble(totals.get()));
    }
  }

  private String options() {
    List<Row> rows = new ArrayList<>();
    StringBuilder notes = new StringBuilder();
    for (OptionEstimate option : report.options()) {
      if (option.amounts().isEmpty()) {
        rows.add(new Row(option.name(), "-", "-", "-", Optional.empty(), false));
        notes.append(
            sentence(option.name() + " is not possible: " + option.why().orElse("unknown why")));
        continue;
      }
      Amounts amounts = option.amounts().get();
      Download download = amounts.download();
      rows.add(
          new Row(
              option.name(),
              Integer.toString(amounts.builds()),
              Integer.toString(amounts.duplicates()),
              Integer.toString(download.fetches() + download.substitutes()),
              Optional.of(shown(amounts)),
              false));
      amounts
          .intervals()
          .ifPresent(
              intervals -> {
                rows.add(end("  likely from", intervals, Interval::low));
                rows.add(end("  likely to", intervals, Interval::high));
              });
    }
    List<ColumnData<Row>> columns = new ArrayList<>();
    columns.add(Table.text("", Row::name));
    columns.add(Table.number("builds", Row::builds));
    columns.add(Table.number("twice", Row::twice));
    columns.add(Table.number("downloads", Row::downloads));
    columns.add(Table.number("builder time", row -> seconds(row.totals(), Totals::builderSeconds)));
    columns.add(Table.number("done after", row -> seconds(row.totals(), Totals::makespanSeconds)));
    addMoney(columns, "money", Row::money, "kWh", Row::kilowattHours);
    return Table.of(terminal, rows, columns) + notes + known();
  }

  private static Row end(String name, Intervals intervals, ToDoubleFunction<Interval> end) {
    return new Row(name, "", "", "", Optional.of(intervals.end(end)), true);
  }

  /** The sum of what steps are as often below as above is less than what their sum is. */
  private static Totals shown(Amounts amounts) {
    return amounts
        .intervals()
        .map(intervals -> intervals.end(Interval::median))
        .orElse(amounts.totals());
  }

  /** What the table is sure of, and what it is not. */
  private String known() {
    StringBuilder known = new StringBuilder();
    for (OptionEstimate option : report.options().subList(0, 1)) {
      Amounts amounts = option.amounts().orElseThrow();
      if (amounts.intervals().isPresent()) {
        known.append(
            sentence(
                "Likely: eight of ten times it lies between, one of ten above; half of the times"
                    + " above the line before these. What takes longer than expected takes much"
                    + " longer, so that is more than the steps of the plan come to as they stand"
                    + " below: "
                    + Seconds.format(amounts.totals().builderSeconds())
                    + ", done after "
                    + Seconds.format(amounts.totals().makespanSeconds())
                    + "."));
      }
      if (amounts.unknown() > 0) {
        known.append(
            sentence(
                "How long "
                    + amounts.unknown()
                    + " of "
                    + Prose.steps(report.plan().steps().size())
                    + " take is unknown; a default stands for it."));
      }
      known.append(bytes(amounts.download()));
    }
    return known.toString();
  }

  private String bytes(Download download) {
    if (download.sized() == 0) {
      return "";
    }
    int unsized = download.substitutes() - download.sized();
    return sentence(
        bytes(download.bytes())
            + " are downloaded"
            + (unsized == 0 ? "" : ", without " + unsized + " whose size nobody tells")
            + (download.fetches() == 0 ? "." : ", and " + download.fetches() + " sources."));
  }

  private <T> void addMoney(
      List<ColumnData<T>> columns,
      String moneyTitle,
      Function<T, OptionalDouble> money,
      String energyTitle,
      Function<T, OptionalDouble> energy) {
    if (hasPrices) {
      columns.add(Table.number(moneyTitle, row -> amount(money.apply(row))));
    }
    if (hasWatts) {
      columns.add(Table.number(energyTitle, row -> amount(energy.apply(row))));
    }
  }

  private static String seconds(Optional<Totals> totals, ToDoubleFunction<Totals> of) {
    return totals.map(known -> Seconds.format(of.applyAsDouble(known))).orElse("-");
  }

  /** {@code 12.30}; of less than a tenth two digits that say something: {@code 0.0042}. */
  static String amount(double value) {
    double size = Math.abs(value);
    return size < LEAST_AMOUNT || size >= 0.1
        ? String.format(Locale.ROOT, "%.2f", size < LEAST_AMOUNT ? 0 : value)
        : BigDecimal.valueOf(value).round(new MathContext(2)).toPlainString();
  }

  // What the plan is made of

  private String builders() {
    List<ColumnData<BuilderUse>> columns = new ArrayList<>();
    columns.add(Table.text("builder", use -> use.builder().name()));
    columns.add(Table.number("steps", use -> Integer.toString(use.steps())));
    columns.add(Table.number("slots", use -> Integer.toString(use.builder().slots())));
    columns.add(Table.number("steps last", use -> Seconds.format(use.busySeconds())));
    columns.add(Table.number("active", use -> Seconds.format(use.activeSeconds())));
    columns.add(Table.number("needed until", use -> Seconds.format(use.untilSeconds())));
    addMoney(columns, "money", BuilderUse::knownMoney, "kWh", BuilderUse::knownKilowattHours);
    Amounts plan = report.options().get(0).amounts().orElseThrow();
    return Table.of(terminal, plan.builders(), columns)
        + (hasPrices ? atLeast("cost", " an hour", "money", plan, BuilderUse::knownMoney) : "")
        + (hasWatts ? atLeast("draw", "", "kWh", plan, BuilderUse::knownKilowattHours) : "");
  }

  /**
   * What nobody said is no reason to take the sums of the others for all.
   *
   * @param does what several builders do
   * @param when what follows that
   */
  private String atLeast(
      String does,
      String when,
      String sum,
      Amounts plan,
      Function<BuilderUse, OptionalDouble> known) {
    List<String> names =
        plan.builders().stream()
            .filter(use -> known.apply(use).isEmpty())
            .map(use -> use.builder().name())
            .toList();
    return names.isEmpty()
        ? ""
        : sentence(
            "What "
                + Prose.and(names)
                + (" " + does + (names.size() == 1 ? "s" : ""))
                + (when + " is unknown: " + sum + " is without that, at least."));
  }

  private static String amount(OptionalDouble value) {
    return value.isPresent() ? amount(value.getAsDouble()) : "-";
  }

  private String longestBuilds() {
    List<EstimatedStep> shown =
        report.longest().subList(0, Math.min(longest, report.longest().size()));
    if (shown.isEmpty()) {
      return "";
    }
    List<ColumnData<EstimatedStep>> columns = new ArrayList<>();
    columns.add(Table.text("longest builds", build -> build.step().label()));
    columns.add(Table.text("how", build -> build.step().word()));
    Table.tools(shown, build -> build.step().toolSet()).ifPresent(columns::add);
    columns.add(Table.text("on", build -> build.step().builder().orElse("")));
    columns.add(Table.number("time", build -> Seconds.format(build.step().seconds())));
    if (shown.stream().anyMatch(EstimatedStep::isUncertain)) {
      columns.add(Table.number("from", build -> Seconds.about(build.estimate().low())));
      columns.add(Table.number("to", build -> Seconds.about(build.estimate().high())));
    }
    columns.add(Table.text("known from", build -> build.estimate().origin().toString()));
    return Table.of(terminal, shown, columns);
  }

  private String path() {
    Chain critical = report.criticalPath();
    if (critical.links().isEmpty()) {
      return "";
    }
    List<Chain.Link> shown = longestLinks(critical);
    int others = critical.links().size() - shown.size();
    List<ColumnData<Chain.Link>> columns = new ArrayList<>();
    columns.add(Table.text("the end waits for", link -> link.step().label()));
    columns.add(Table.text("how", link -> link.step().word()));
    Table.tools(shown, link -> link.step().toolSet()).ifPresent(columns::add);
    columns.add(Table.text("on", link -> link.step().builder().orElse("")));
    columns.add(Table.number("time", link -> Seconds.format(link.step().seconds())));
    columns.add(Table.number("starts at", link -> Seconds.format(link.step().start())));
    columns.add(Table.text("after", EstimateText::after));
    String table = Table.of(terminal, shown, columns);
    String rest =
        others == 0
            ? ""
            : "and " + others + (others == 1 ? " shorter one" : " shorter ones") + " between\n";
    return table
        + rest
        + sentence(
            "With a slot for every step it would be done after "
                + Seconds.format(report.dependencyPath().seconds())
                + ": "
                + ends(report.dependencyPath())
                + ".");
  }

  private static String after(Chain.Link link) {
    return switch (link.waitsFor()) {
      case NOTHING -> "the start";
      case INPUT -> "an input";
      case SLOT -> "a free slot";
    };
  }

  /** Those that last longest, in the order of the chain. */
  private static List<Chain.Link> longestLinks(Chain chain) {
    Set<Integer> ids = new HashSet<>();
    chain.links().stream()
        .map(Chain.Link::step)
        .sorted(
            Comparator.comparingDouble((Step step) -> -step.seconds()).thenComparingInt(Step::id))
        .limit(LINKS)
        .forEach(step -> ids.add(step.id()));
    return chain.links().stream().filter(link -> ids.contains(link.step().id())).toList();
  }

  private static String ends(Chain chain) {
    int steps = chain.links().size();
    String last = chain.links().get(steps - 1).step().label();
    return steps == 1
        ? last
        : Prose.steps(steps) + " from " + chain.links().get(0).step().label() + " to " + last;
  }

  private String untested() {
    ImmutableList<Untested.Build> builds = report.untested().builds();
    if (builds.isEmpty()) {
      return "";
    }
    String named =
        builds.stream()
            .limit(UNTESTED)
            .map(build -> build.step().packageName())
            .collect(Collectors.joining(", "));
    int others = builds.size() - UNTESTED;
    return sentence(
        "Cross builds run no tests: those of "
            + named
            + (others > 0 ? " and " + others + " more" : "")
            + howLong(report.untested())
            + risk(report.untested()));
  }

  private static String howLong(Untested untested) {
    String nobody = "of " + untested.unknown() + " packages nobody here could run them. ";
    if (untested.seconds().isEmpty()) {
      return "; nobody here could run them. ";
    }
    String time = " would take " + Seconds.format(untested.seconds().getAsDouble());
    return untested.unknown() == 0 ? time + ". " : time + "; " + nobody;
  }

  private static String risk(Untested untested) {
    TestsBefore before = untested.before();
    if (before.runs() == 0) {
      return "How likely they would fail is unknown: no tests were run before.";
    }
    String past =
        "Of "
            + before.runs()
            + (before.runs() == 1 ? " build" : " builds")
            + " that ran theirs before, ";
    return before.failures() == 0
        ? past + "none failed in them."
        : past
            + before.failures()
            + " failed in them, so of these "
            + untested.builds().size()
            + " about "
            + amount(untested.failuresExpected().orElseThrow())
            + " would.";
  }

  // What comes from elsewhere, and what could be otherwise

  private String substituters() {
    if (report.substituters().isEmpty()) {
      return "";
    }
    List<ColumnData<CacheWeather>> columns = new ArrayList<>();
    columns.add(Table.text("substituter", CacheWeather::name));
    columns.add(Table.number("of the plan", weather -> share(weather.ofPlan())));
    columns.add(Table.number("of the image", weather -> share(weather.ofImage())));
    columns.add(Table.number("used for", weather -> Prose.steps(weather.taken())));
    columns.add(
        Table.number("bytes", weather -> weather.bytes() == 0 ? "-" : bytes(weather.bytes())));
    columns.add(Table.number("answers in", EstimateText::answer));
    String table = Table.of(terminal, report.substituters(), columns);
    StringBuilder complaints = new StringBuilder();
    for (CacheWeather weather : report.substituters()) {
      for (String complaint : weather.complaints()) {
        complaints.append(sentence(weather.name() + ": " + complaint));
      }
    }
    return table + complaints;
  }

  private static String share(CacheWeather.Share share) {
    if (share.unknown() == share.of() && share.of() > 0) {
      return "unknown";
    }
    return share.has()
        + " of "
        + share.of()
        + (share.unknown() == 0 ? "" : ", " + share.unknown() + " unknown");
  }

  private static String answer(CacheWeather weather) {
    if (weather.answerSeconds().isPresent()) {
      return Math.round(1000 * weather.answerSeconds().getAsDouble()) + " ms";
    }
    return weather.ofPlan().unknown() == 0 ? "-" : "never";
  }

  private static String bytes(long bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB"};
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(
        Locale.ROOT, unit == 0 || value >= 99.5 ? "%.0f %s" : "%.1f %s", value, units[unit]);
  }

  private String changes() {
    if (report.changes().isEmpty()) {
      return "";
    }
    List<ColumnData<BuilderChange>> columns = new ArrayList<>();
    columns.add(Table.text("with", BuilderChange::what));
    columns.add(Table.number("done after", row -> seconds(row.totals(), Totals::makespanSeconds)));
    columns.add(Table.number("sooner by", row -> saved(row, Totals.Saved::makespanSeconds)));
    columns.add(Table.number("less time", row -> saved(row, Totals.Saved::builderSeconds)));
    addMoney(
        columns,
        "cheaper",
        row -> charge(row, Totals.Saved::money),
        "less kWh",
        row -> charge(row, Totals.Saved::kilowattHours));
    StringBuilder notes = new StringBuilder();
    Amounts plan = report.options().get(0).amounts().orElseThrow();
    Totals totals = plan.totals();
    if (plan.intervals().isPresent()) {
      notes.append(
          sentence(
              "These are counted with each step as it stands above: now it is "
                  + Seconds.format(totals.makespanSeconds())
                  + "."));
      notes.append(
          sentence(
              "Twice as fast is another machine in its place: what speed the manifest says hardly"
                  + " changes times that were learned from a machine itself."));
    }
    if (report.changes().stream().anyMatch(this::savesUnknown)) {
      notes.append(
          sentence(
              "What is saved where a builder does steps of which nobody said what that costs or"
                  + " draws is unknown: -."));
    }
    for (BuilderChange change : report.changes()) {
      change.why().ifPresent(why -> notes.append(sentence(change.what() + ": " + why)));
    }
    return Table.of(terminal, report.changes(), columns) + notes;
  }

  private boolean savesUnknown(BuilderChange change) {
    return change.saved().isPresent()
        && ((hasPrices && charge(change, Totals.Saved::money).isEmpty())
            || (hasWatts && charge(change, Totals.Saved::kilowattHours).isEmpty()));
  }

  private static OptionalDouble charge(
      BuilderChange change, Function<Totals.Saved, OptionalDouble> of) {
    return change.saved().map(of).orElse(OptionalDouble.empty());
  }

  private static String saved(BuilderChange change, ToDoubleFunction<Totals.Saved> of) {
    return change
        .saved()
        .map(of::applyAsDouble)
        .map(value -> value < -0.5 ? "-" + Seconds.format(-value) : Seconds.format(value))
        .orElse("-");
  }

  private String sentence(String text) {
    return Prose.sentence(terminal, Visible.line(text));
  }
}

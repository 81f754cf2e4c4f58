package dev.crossplan.planner.cost;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.cost.StandardBuildUnits.Entry;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Trait;
import dev.crossplan.planner.source.SourceCode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the logarithm of the seconds of a build is taken to depend on linearly, and what is assumed
 * of each coefficient before anything was built: how many times as long a build takes for each, and
 * how sure that is.
 *
 * <p>A build of which a book tells the size depends on that, any other on what its derivation says.
 */
final class Features {
  /** Seconds of a build with sources of a megabyte of which nothing else is known. */
  private static final LogNormal UNKNOWN = new LogNormal(20, 1.0);

  /** A build without sources, compared with one that has some. */
  private static final LogNormal SOURCELESS = new LogNormal(1 / 20.0, 0.7);

  /** Seconds of a standard build unit on a desk of the twenties. */
  private static final LogNormal UNIT = new LogNormal(120, 0.5);

  /** How many times as long a build takes as its {@link CodeWork} has it. */
  private static final LogNormal CODE = new LogNormal(1, 0.4);

  /** How many times as long one kind of that work takes, beyond that. */
  private static final LogNormal KIND_OF_WORK = new LogNormal(1, 0.5);

  /**
   * A book rounds to tenths of units, and often counts tests that last longer than the build. The
   * code tells more, but of the largest packages: these do much besides compiling it.
   */
  private static final double LARGE_UNITS = 10;

  private static final LogNormal TRAIT = new LogNormal(1, 0.4);
  private static final LogNormal STRATEGY = new LogNormal(1, 0.15);
  private static final double MEGABYTE = 1e6;

  /** What is built from less takes its time for something else than its sources. */
  private static final double LEAST_SOURCE_BYTES = 1e5;

  private enum Column {
    PLAIN(UNKNOWN),
    LACKS_SOURCES(SOURCELESS),
    HAS_CODE(CODE),
    CODE_SECONDS(1, 0.05),
    PREPARING(KIND_OF_WORK),
    CONFIGURING(KIND_OF_WORK),
    STARTING_COMPILERS(KIND_OF_WORK),
    READING_HEADERS(KIND_OF_WORK),
    COMPILING(KIND_OF_WORK),
    BY_LIBTOOL(KIND_OF_WORK),
    AGAIN(KIND_OF_WORK),
    SOURCE_SIZE(0.6, 0.2),
    HAS_UNKNOWN_SIZE(0, 0.5),
    BOOKED(UNIT),
    UNITS(0.9, 0.1),
    IS_BELOW(0, 0.4),
    HAD_TESTS(0, 0.4),
    NEIGHBOURS(0.2, 0.1),
    EMULATED(STRATEGY),
    CROSS(STRATEGY);

    final double mean;
    final double spread;

    Column(LogNormal assumed) {
      this(assumed.log(), assumed.spread());
    }

    Column(double mean, double spread) {
      this.mean = mean;
      this.spread = spread;
    }
  }

  private final StandardBuildUnits books;
  private final PhaseModel phases;

  /** What is assumed of each coefficient: by a {@link Column}, a {@link Trait}, or a machine. */
  private final ImmutableMap<Object, Assumed> assumed;

  private record Assumed(double mean, double spread) {}

  /**
   * @param speeds of machines, compared with one another
   */
  Features(StandardBuildUnits books, PhaseModel phases, ImmutableMap<String, LogNormal> speeds) {
    this.books = books;
    this.phases = phases;
    ImmutableMap.Builder<Object, Assumed> all = ImmutableMap.builder();
    for (Column column : Column.values()) {
      all.put(column, new Assumed(column.mean, column.spread));
    }
    for (Trait trait : Trait.values()) {
      all.put(trait, new Assumed(TRAIT.log(), TRAIT.spread()));
    }
    speeds.forEach((machine, speed) -> all.put(machine, new Assumed(-speed.log(), speed.spread())));
    assumed = all.buildOrThrow();
  }

  int count() {
    return assumed.size();
  }

  /** What is assumed of the coefficients: the mean of each. */
  double[] means() {
    return assumed.values().stream().mapToDouble(Assumed::mean).toArray();
  }

  /** What is assumed of the coefficients: the standard deviation of each. */
  double[] spreads() {
    return assumed.values().stream().mapToDouble(Assumed::spread).toArray();
  }

  boolean isBooked(Subject subject) {
    return book(subject).isPresent();
  }

  private Optional<Entry> book(Subject subject) {
    return books
        .of(subject.packageName())
        .filter(entry -> entry.units() >= LARGE_UNITS || code(subject.circumstances()).isEmpty());
  }

  /** Whether it is known how much there is to compile. */
  boolean hasCode(Subject subject) {
    return code(subject.circumstances()).isPresent();
  }

  /** Sources in which nothing is that a compiler takes do not tell what is done with them. */
  private static Optional<SourceCode> code(Circumstances circumstances) {
    return circumstances.code().filter(code -> !code.isEmpty());
  }

  /** The logarithm of what the phases make of it, whatever the coefficients are. */
  double offset(Subject subject) {
    return Math.log(
        phases.factor(subject.packageName(), subject.strategy(), subject.circumstances()));
  }

  /** By what each coefficient is multiplied. */
  double[] of(Subject subject) {
    Map<Object, Double> values = new HashMap<>();
    Circumstances circumstances = subject.circumstances();
    book(subject).ifPresentOrElse(entry -> add(values, entry), () -> add(values, circumstances));
    Tools.of(circumstances.traits()).traits().forEach(trait -> values.put(trait, 1.0));
    values.put(Column.NEIGHBOURS, Math.log1p(circumstances.neighbours().orElse(0)));
    values.put(Column.EMULATED, subject.strategy() == Strategy.EMULATED ? 1.0 : 0);
    values.put(Column.CROSS, subject.strategy() == Strategy.CROSS ? 1.0 : 0);
    values.put(subject.machine(), 1.0);
    return assumed.keySet().stream().mapToDouble(key -> values.getOrDefault(key, 0.0)).toArray();
  }

  private static void add(Map<Object, Double> values, Entry entry) {
    values.put(Column.BOOKED, 1.0);
    values.put(Column.UNITS, Math.log(entry.units()));
    values.put(Column.HAD_TESTS, entry.hasTests() ? 1.0 : 0);
    values.put(Column.IS_BELOW, entry.isBelow() ? 1.0 : 0);
  }

  private static void add(Map<Object, Double> values, Circumstances circumstances) {
    boolean lacksSources = circumstances.traits().contains(Trait.SOURCELESS);
    Optional<SourceCode> known = code(circumstances);
    circumstances.traits().stream()
        .filter(trait -> known.isEmpty() || !CodeWork.KNOWN.contains(trait))
        .forEach(trait -> values.put(trait, 1.0));
    if (known.isPresent()) {
      CodeWork work = CodeWork.of(known.get(), circumstances.traits());
      double seconds = work.seconds();
      values.put(Column.HAS_CODE, 1.0);
      values.put(Column.CODE_SECONDS, Math.log(seconds));
      // To first order, the logarithm of a sum grows by that of a summand times its part.
      values.put(Column.PREPARING, work.preparing() / seconds);
      values.put(Column.CONFIGURING, work.configuring() / seconds);
      values.put(Column.STARTING_COMPILERS, work.startingCompilers() / seconds);
      values.put(Column.READING_HEADERS, work.readingHeaders() / seconds);
      values.put(Column.COMPILING, work.compiling() / seconds);
      values.put(Column.BY_LIBTOOL, work.byLibtool() / seconds);
      values.put(Column.AGAIN, work.again() / seconds);
      return;
    }
    values.put(Column.PLAIN, 1.0);
    values.put(Column.LACKS_SOURCES, lacksSources ? 1.0 : 0);
    if (circumstances.sourceBytes().isPresent()) {
      double bytes = Math.max(LEAST_SOURCE_BYTES, (double) circumstances.sourceBytes().getAsLong());
      values.put(Column.SOURCE_SIZE, Math.log(bytes / MEGABYTE));
    } else {
      values.put(Column.HAS_UNKNOWN_SIZE, lacksSources ? 0.0 : 1);
    }
  }

  PhaseModel phases() {
    return phases;
  }
}

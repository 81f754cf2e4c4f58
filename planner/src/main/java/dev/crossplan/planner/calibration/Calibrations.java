package dev.crossplan.planner.calibration;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What is known of one machine: at most one measurement of each kind by each strategy. */
public final class Calibrations {
  /** Nothing is known. */
  public static final Calibrations NONE = new Calibrations(ImmutableMap.of());

  private final ImmutableMap<Cell, Calibration> cells;

  private record Cell(Kind kind, Strategy strategy) {}

  private Calibrations(ImmutableMap<Cell, Calibration> cells) {
    this.cells = cells;
  }

  /** Of several for the same kind and strategy, the last holds. */
  public static Calibrations of(Iterable<Calibration> calibrations) {
    return NONE.with(calibrations);
  }

  /** These with others, which hold where both know something. */
  public Calibrations with(Iterable<Calibration> newer) {
    Map<Cell, Calibration> all = new LinkedHashMap<>(cells);
    newer.forEach(each -> all.put(new Cell(each.kind(), each.strategy()), each));
    return new Calibrations(ImmutableMap.copyOf(all));
  }

  public ImmutableList<Calibration> all() {
    return cells.values().asList();
  }

  public Optional<Calibration> find(Kind kind, Strategy strategy) {
    return Optional.ofNullable(cells.get(new Cell(kind, strategy)));
  }

  /**
   * How many times as long as natively a kind of work takes by a strategy, in CPU seconds; empty
   * unless both were measured, and with the same tool where it is an interpreter.
   */
  public OptionalDouble factor(Kind kind, Strategy strategy) {
    Optional<Calibration> numerator = find(kind, strategy);
    Optional<Calibration> denominator = find(kind, Strategy.NATIVE);
    if (numerator.isEmpty()
        || denominator.isEmpty()
        || (kind == Kind.INTERPRETER && !numerator.get().tool().equals(denominator.get().tool()))) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(numerator.get().cpuSeconds() / denominator.get().cpuSeconds());
  }

  /**
   * How many times as much the machine gets done when all its cores work as when one does, in the
   * time that passes: at most about the number of cores.
   */
  public OptionalDouble parallelGain() {
    Optional<Calibration> one = find(Kind.COMPILE_C, Strategy.NATIVE);
    Optional<Calibration> all = find(Kind.PARALLEL, Strategy.NATIVE);
    return one.isEmpty() || all.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(all.get().cores() * one.get().seconds() / all.get().seconds());
  }
}

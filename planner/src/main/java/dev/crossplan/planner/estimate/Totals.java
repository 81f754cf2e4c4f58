package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.EnumSet;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * What a course comes to.
 *
 * @param builderSeconds sum of what the steps last
 * @param makespanSeconds until the last step ends
 * @param money in the unit of {@code hourly}
 * @param atLeast which of these is without builders that do steps at a price that nobody said
 */
public record Totals(
    double builderSeconds,
    double makespanSeconds,
    double money,
    double kilowattHours,
    ImmutableSet<Charge> atLeast) {

  /** What only those know who have the builders. */
  public enum Charge {
    MONEY("money"),
    KILOWATT_HOURS("kilowattHours");

    private final String field;

    Charge(String field) {
      this.field = field;
    }

    /** The field of the JSON that has it. */
    @Override
    public String toString() {
      return field;
    }
  }

  /**
   * What is saved where there is something else.
   *
   * @param money empty where either is only known to be so much at least
   * @param kilowattHours likewise
   */
  public record Saved(
      double builderSeconds,
      double makespanSeconds,
      OptionalDouble money,
      OptionalDouble kilowattHours) {}

  /** In the order of the steps, as plans are added up. */
  static Totals of(double[] starts, double[] seconds, ImmutableList<BuilderUse> builders) {
    double sum = 0;
    double last = 0;
    for (int i = 0; i < starts.length; i++) {
      sum += seconds[i];
      last = Math.max(last, starts[i] + seconds[i]);
    }
    double money = 0;
    double kilowattHours = 0;
    Set<Charge> atLeast = EnumSet.noneOf(Charge.class);
    for (BuilderUse use : builders) {
      money += use.money();
      kilowattHours += use.kilowattHours();
      if (use.knownMoney().isEmpty()) {
        atLeast.add(Charge.MONEY);
      }
      if (use.knownKilowattHours().isEmpty()) {
        atLeast.add(Charge.KILOWATT_HOURS);
      }
    }
    return new Totals(sum, last, money, kilowattHours, Sets.immutableEnumSet(atLeast));
  }

  /** As {@link #money}; empty where it may be more. */
  public OptionalDouble knownMoney() {
    return known(Charge.MONEY, money);
  }

  /** As {@link #kilowattHours}; empty where it may be more. */
  public OptionalDouble knownKilowattHours() {
    return known(Charge.KILOWATT_HOURS, kilowattHours);
  }

  private OptionalDouble known(Charge charge, double value) {
    return atLeast.contains(charge) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** What is left of these when others are taken away. */
  Saved less(Totals other) {
    return new Saved(
        builderSeconds - other.builderSeconds,
        makespanSeconds - other.makespanSeconds,
        difference(knownMoney(), other.knownMoney()),
        difference(knownKilowattHours(), other.knownKilowattHours()));
  }

  private static OptionalDouble difference(OptionalDouble one, OptionalDouble other) {
    return one.isPresent() && other.isPresent()
        ? OptionalDouble.of(one.getAsDouble() - other.getAsDouble())
        : OptionalDouble.empty();
  }

  /**
   * Within what each of them is.
   *
   * @param atLeast as of {@link Totals}: of these the interval is that of what is known
   */
  public record Intervals(
      Interval builderSeconds,
      Interval makespanSeconds,
      Interval money,
      Interval kilowattHours,
      ImmutableSet<Charge> atLeast) {

    /** One end, or the median, of each. */
    public Totals end(ToDoubleFunction<Interval> end) {
      return new Totals(
          end.applyAsDouble(builderSeconds),
          end.applyAsDouble(makespanSeconds),
          end.applyAsDouble(money),
          end.applyAsDouble(kilowattHours),
          atLeast);
    }
  }
}

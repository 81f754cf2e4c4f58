package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import java.util.function.ToDoubleFunction;

/**
 * What a course comes to.
 *
 * @param builderSeconds sum of what the steps last
 * @param makespanSeconds until the last step ends
 * @param money in the unit of {@code hourly}
 */
public record Totals(
    double builderSeconds, double makespanSeconds, double money, double kilowattHours) {

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
    for (BuilderUse use : builders) {
      money += use.money();
      kilowattHours += use.kilowattHours();
    }
    return new Totals(sum, last, money, kilowattHours);
  }

  /** What is left of these when others are taken away. */
  Totals less(Totals other) {
    return new Totals(
        builderSeconds - other.builderSeconds,
        makespanSeconds - other.makespanSeconds,
        money - other.money,
        kilowattHours - other.kilowattHours);
  }

  /** Within what each of them is. */
  public record Intervals(
      Interval builderSeconds, Interval makespanSeconds, Interval money, Interval kilowattHours) {

    /** One end, or the median, of each. */
    public Totals end(ToDoubleFunction<Interval> end) {
      return new Totals(
          end.applyAsDouble(builderSeconds),
          end.applyAsDouble(makespanSeconds),
          end.applyAsDouble(money),
          end.applyAsDouble(kilowattHours));
    }
  }
}

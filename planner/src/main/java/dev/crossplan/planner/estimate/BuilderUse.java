package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Builder;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * What one builder does, and what that costs.
 *
 * @param steps that it does
 * @param busySeconds sum of what they last: with two at a time, two in a second
 * @param activeSeconds during which it does at least one
 * @param untilSeconds when the last of them ends, after the start of all; 0 if it does none
 */
public record BuilderUse(
    Builder builder, int steps, double busySeconds, double activeSeconds, double untilSeconds) {
  private static final double SECONDS_IN_HOUR = 3600;

  private static final double WATTS_IN_KILOWATT = 1000;

  /** As {@link #money}; empty where nobody said what an hour costs, and it is needed for any. */
  public OptionalDouble knownMoney() {
    return steps > 0 && builder.upkeep().hourly().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(money());
  }

  /** As {@link #kilowattHours}; empty where nobody said what it draws, and it does any step. */
  public OptionalDouble knownKilowattHours() {
    return steps > 0 && builder.upkeep().watts().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(kilowattHours());
  }

  /**
   * A builder is paid for from the start until its last step ends, however many slots it has; one
   * whose price nobody said counts as free.
   */
  public double money() {
    return builder.moneyFor(untilSeconds);
  }

  /** It takes its watts while it does at least one step, and nothing else. */
  public double kilowattHours() {
    return builder.watts() * activeSeconds / SECONDS_IN_HOUR / WATTS_IN_KILOWATT;
  }

  /**
   * By builder.
   *
   * @param placeOf by step, the place of its builder; one past the last for none
   */
  static ImmutableList<BuilderUse> of(
      ImmutableList<Builder> builders, int[] placeOf, double[] starts, double[] seconds) {
    int[] steps = new int[builders.size() + 1];
    for (int place : placeOf) {
      steps[place]++;
    }
    double[][] startsOn = new double[steps.length][];
    double[][] endsOn = new double[steps.length][];
    double[] busy = new double[steps.length];
    int[] filled = new int[steps.length];
    for (int place = 0; place < steps.length; place++) {
      startsOn[place] = new double[steps[place]];
      endsOn[place] = new double[steps[place]];
    }
    for (int i = 0; i < placeOf.length; i++) {
      int place = placeOf[i];
      startsOn[place][filled[place]] = starts[i];
      endsOn[place][filled[place]++] = starts[i] + seconds[i];
      busy[place] += seconds[i];
    }
    ImmutableList.Builder<BuilderUse> uses = ImmutableList.builder();
    for (int place = 0; place < builders.size(); place++) {
      Arrays.sort(startsOn[place]);
      Arrays.sort(endsOn[place]);
      uses.add(
          new BuilderUse(
              builders.get(place),
              steps[place],
              busy[place],
              covered(startsOn[place], endsOn[place]),
              steps[place] == 0 ? 0 : endsOn[place][steps[place] - 1]));
    }
    return uses.build();
  }

  /** How long at least one runs. Nothing does where as many have ended as started before. */
  private static double covered(double[] starts, double[] ends) {
    double covered = 0;
    int first = 0;
    for (int i = 0; i < starts.length; i++) {
      if (i + 1 == starts.length || ends[i] <= starts[i + 1]) {
        covered += ends[i] - starts[first];
        first = i + 1;
      }
    }
    return covered;
  }
}

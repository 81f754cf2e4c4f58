package dev.crossplan.planner.simulate;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What a policy made of it.
 *
 * @param runs at least one
 */
public record PolicyResult(Policy policy, ImmutableList<Run> runs) {

  /** The median of the makespans; empty where that run is never finished. */
  public OptionalDouble makespan() {
    return median(runs.stream().mapToDouble(Run::makespan));
  }

  /** The shortest; empty where none is finished. */
  public OptionalDouble shortest() {
    return finite(runs.stream().mapToDouble(Run::makespan).min().orElseThrow());
  }

  /** The longest; empty where one is never finished. */
  public OptionalDouble longest() {
    return finite(runs.stream().mapToDouble(Run::makespan).max().orElseThrow());
  }

  public int finishedRuns() {
    return (int) runs.stream().filter(Run::finished).count();
  }

  /**
   * How many times as long as another policy it takes: the median over the runs; empty where it is
   * never finished, or never the other.
   */
  public OptionalDouble against(PolicyResult other) {
    return median(
        IntStream.range(0, runs.size())
            .mapToDouble(run -> ratio(runs.get(run).makespan(), other.runs.get(run).makespan()))
            .filter(ratio -> !Double.isNaN(ratio)));
  }

  /** Not a number where neither is ever finished; what takes no time takes once as long as that. */
  private static double ratio(double own, double other) {
    return own == other && Double.isFinite(own) ? 1 : own / other;
  }

  /** In how many runs it is finished before another policy. */
  public int winsAgainst(PolicyResult other) {
    return (int)
        IntStream.range(0, runs.size())
            .filter(run -> runs.get(run).makespan() < other.runs.get(run).makespan())
            .count();
  }

  /** How many times as long as the bound it takes: the median over the runs. */
  public OptionalDouble againstBound() {
    return median(runs.stream().mapToDouble(run -> ratio(run.makespan(), run.boundSeconds())));
  }

  /**
   * How much of the time the slots of a builder are in use: the median over the runs.
   *
   * @param builder by its place
   */
  public double share(int builder, int slots) {
    return middle(
        run -> run.seconds() == 0 ? 0 : run.busySeconds().get(builder) / slots / run.seconds());
  }

  public double busySeconds(int builder) {
    return middle(run -> run.busySeconds().get(builder));
  }

  public double lostSeconds() {
    return middle(Run::lostSeconds);
  }

  public double boundSeconds() {
    return middle(Run::boundSeconds);
  }

  /** Steps that are done: the least of all runs. */
  public int done() {
    return runs.stream().mapToInt(Run::done).min().orElseThrow();
  }

  /** When a step is given up first, of all runs; empty if none ever is. */
  public OptionalDouble firstFailure() {
    return finite(runs.stream().mapToDouble(Run::firstFailure).min().orElseThrow());
  }

  private double middle(ToDoubleFunction<Run> of) {
    return median(runs.stream().mapToDouble(of)).orElse(0);
  }

  private static OptionalDouble median(DoubleStream values) {
    double[] sorted = values.toArray();
    Arrays.sort(sorted);
    int n = sorted.length;
    return n == 0
        ? OptionalDouble.empty()
        : n % 2 == 1 ? finite(sorted[n / 2]) : finite((sorted[n / 2 - 1] + sorted[n / 2]) / 2);
  }

  private static OptionalDouble finite(double value) {
    return value < Double.POSITIVE_INFINITY ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}

package dev.crossplan.planner.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What no schedule can be shorter than.
 *
 * <p>Both bounds below hold for fractions of tasks and with pauses, hence for every schedule:
 *
 * <ul>
 *   <li><i>Longest path</i>: each task on the machine that is quickest with it.
 *   <li><i>Load</i>: give each machine a price for an hour of one slot, such that an hour of all
 *       slots costs 1. Whatever the prices, a schedule of length C costs at most C, and each task
 *       costs at least what it costs on the machine where it is cheapest. So the sum of these is a
 *       bound; the best prices (the dual of the linear program that spreads the load) are searched
 *       for by multiplicative weights. Machines that can run nothing in question get a price of
 *       zero in time, which makes this right for classes of machines.
 * </ul>
 *
 * The load bound is also taken over the tasks that can neither start before a time a nor leave less
 * than b to do after them: a and b add to it.
 */
public final class ScheduleBounds {
  /** To look at all of more takes too long. */
  private static final long MOST_DELAYS = 1_000_000;

  private static final int PRICE_ROUNDS = 300;
  private static final long PRICE_WORK = 15_000_000;
  private static final long WINDOW_WORK = 5_000_000;

  /** How far a sum of durations may be from what it should be, as a part of it. */
  private static final double ROUNDING = 1e-12;

  /** Fractions in which people give durations: whole ones, halves, … millionths. */
  private static final int[] DENOMINATORS = {1, 2, 4, 8, 10, 100, 1000, 10_000, 100_000, 1_000_000};

  private final ScheduleProblem problem;

  private ScheduleBounds(ScheduleProblem problem) {
    this.problem = problem;
  }

  /**
   * A makespan that no schedule of {@code problem} can be below.
   *
   * @return in the problem's unit of time; a multiple of what all durations are multiples of, since
   *     then the best makespan is one
   */
  public static double lowerBound(ScheduleProblem problem) {
    return problem.taskCount() == 0 ? 0 : new ScheduleBounds(problem).bound();
  }

  private double bound() {
    double[] heads = heads(problem);
    double[] tails = heads(problem.turned());
    double bound = 0;
    for (int t = 0; t < heads.length; t++) {
      bound = Math.max(bound, heads[t] + problem.leastDuration(t) + tails[t]);
    }
    int[] byTail = byTail(tails);
    List<double[]> tried = new ArrayList<>();
    for (double[] start : List.of(evenPrices(), pricesBySpeed())) {
      for (double[] prices : List.of(start, bestPrices(start))) {
        double[] costs = cheapest(prices);
        if (tried.stream().noneMatch(known -> Arrays.equals(known, costs))) {
          tried.add(costs);
          bound = Math.max(bound, windows(costs, heads, tails, byTail));
        }
      }
    }
    int denominator = denominator(problem);
    return denominator > 0
        ? Math.ceil(bound * denominator * (1 - 1e-9)) / denominator
        : bound * (1 - ROUNDING);
  }

  /**
   * Such that the least makespan is a multiple of its inverse, as all durations and delays are; 0
   * if none of those tried is.
   */
  static int denominator(ScheduleProblem problem) {
    if (problem.hasTransfers() && problem.delayCount() > MOST_DELAYS) {
      return 0;
    }
    ScheduleBounds bounds = new ScheduleBounds(problem);
    return Arrays.stream(DENOMINATORS).filter(bounds::isMultiple).findFirst().orElse(0);
  }

  /**
   * Whether a makespan is the bound, but for what is lost when so many durations are added up in
   * another order: then no schedule is shorter by anything that a double could tell.
   */
  static boolean isMet(double bound, double makespan, int tasks) {
    return bound >= makespan * (1 - 2 * ROUNDING - tasks * 0x1p-52);
  }

  /** By task, the longest path of least durations before it. */
  static double[] heads(ScheduleProblem problem) {
    Precedence precedence = problem.precedence();
    double[] heads = new double[problem.taskCount()];
    for (int place = 0; place < heads.length; place++) {
      int t = precedence.inOrder(place);
      double finish = heads[t] + problem.leastDuration(t);
      for (int i = 0; i < precedence.dependentCount(t); i++) {
        int dependent = precedence.dependent(t, i);
        heads[dependent] = Math.max(heads[dependent], finish);
      }
    }
    return heads;
  }

  private static int[] byTail(double[] tails) {
    return IntStream.range(0, tails.length)
        .boxed()
        .sorted(Comparator.comparingDouble(t -> -tails[t]))
        .mapToInt(t -> t)
        .toArray();
  }

  /**
   * The best over a and b of a + b + the cost of tasks with head >= a and tail >= b; over a sample
   * of the a when there are many.
   *
   * @param byTail the tasks, longest tail first
   */
  private double windows(double[] costs, double[] heads, double[] tails, int[] byTail) {
    int n = costs.length;
    double[] head = Arrays.stream(byTail).mapToDouble(t -> heads[t]).toArray();
    double[] tail = Arrays.stream(byTail).mapToDouble(t -> tails[t]).toArray();
    double[] cost = Arrays.stream(byTail).mapToDouble(t -> costs[t]).toArray();
    double[] thresholds = Arrays.stream(heads).sorted().distinct().toArray();
    int stride = (int) Math.max(1, (long) thresholds.length * n / WINDOW_WORK);
    double best = 0;
    for (int i = 0; i < thresholds.length; i += stride) {
      double sum = 0;
      for (int place = 0; place < n; place++) {
        if (head[place] >= thresholds[i]) {
          sum += cost[place];
          best = Math.max(best, thresholds[i] + sum + tail[place]);
        }
      }
    }
    return best;
  }

  /** By task, what it costs where it is cheapest. */
  private double[] cheapest(double[] prices) {
    double[] costs = new double[problem.taskCount()];
    for (int t = 0; t < costs.length; t++) {
      costs[t] = cost(t, cheapestMachine(t, prices), prices);
    }
    return costs;
  }

  /**
   * Proportional to the speed, so far as machines have one: how near each comes on average to the
   * quickest. Where durations are work over speed, these prices are the best.
   */
  private double[] pricesBySpeed() {
    double[] prices = new double[problem.machineCount()];
    for (int m = 0; m < prices.length; m++) {
      double sum = 0;
      int able = 0;
      for (int t = 0; t < problem.taskCount(); t++) {
        double d = problem.duration(t, m);
        if (d > 0 && d < Double.POSITIVE_INFINITY) {
          sum += problem.leastDuration(t) / d;
          able++;
        }
      }
      prices[m] = able == 0 ? 0 : sum / able;
    }
    return Arrays.stream(prices).sum() == 0 ? evenPrices() : scaled(prices);
  }

  private double[] evenPrices() {
    double[] prices = new double[problem.machineCount()];
    Arrays.fill(prices, 1);
    return scaled(prices);
  }

  /** The prices under which all tasks together cost most, of those tried from {@code start} on. */
  private double[] bestPrices(double[] start) {
    int n = problem.taskCount();
    int m = problem.machineCount();
    double[] prices = start.clone();
    double[] best = prices;
    double most = 0;
    long rounds = Math.min(PRICE_ROUNDS, Math.max(1, PRICE_WORK / ((long) n * m)));
    for (int round = 1; m > 1 && round <= rounds; round++) {
      double[] load = new double[m];
      double cost = 0;
      for (int t = 0; t < n; t++) {
        int machine = cheapestMachine(t, prices);
        load[machine] += problem.duration(t, machine);
        cost += cost(t, machine, prices);
      }
      if (cost > most) {
        most = cost;
        best = prices.clone();
      }
      double heaviest = 0;
      for (int i = 0; i < m; i++) {
        load[i] /= Math.max(1, problem.machine(i).slots());
        heaviest = Math.max(heaviest, load[i]);
      }
      if (heaviest == 0) {
        return best;
      }
      // What everybody wants becomes dearer; in smaller and smaller steps.
      double step = 1 / Math.sqrt(round);
      for (int i = 0; i < m; i++) {
        prices[i] *= Math.exp(step * (load[i] / heaviest - 1));
      }
      prices = scaled(prices);
    }
    return best;
  }

  private int cheapestMachine(int task, double[] prices) {
    int best = -1;
    for (int i = 0; i < prices.length; i++) {
      if (problem.duration(task, i) < Double.POSITIVE_INFINITY
          && (best < 0 || cost(task, i, prices) < cost(task, best, prices))) {
        best = i;
      }
    }
    return best;
  }

  private double cost(int task, int machine, double[] prices) {
    return problem.duration(task, machine) * prices[machine];
  }

  /** The prices scaled so that an hour of all slots costs 1. */
  private double[] scaled(double[] prices) {
    double sum = 0;
    for (int i = 0; i < prices.length; i++) {
      sum += prices[i] * problem.machine(i).slots();
    }
    double[] scaled = new double[prices.length];
    for (int i = 0; i < prices.length; i++) {
      scaled[i] = prices[i] / sum;
    }
    return scaled;
  }

  /** Whether each duration is a whole number of halves, tenths…, as near as a double can be. */
  private boolean isMultiple(int denominator) {
    for (int t = 0; t < problem.taskCount(); t++) {
      for (int m = 0; m < problem.machineCount(); m++) {
        double duration = problem.duration(t, m);
        if (duration < Double.POSITIVE_INFINITY && !isWhole(duration * denominator)) {
          return false;
        }
      }
    }
    return !problem.hasTransfers() || areDelaysMultiples(denominator);
  }

  private boolean areDelaysMultiples(int denominator) {
    for (int t = 0; t < problem.taskCount(); t++) {
      for (int from = 0; from < problem.machineCount(); from++) {
        for (int to = 0; to < problem.machineCount(); to++) {
          if (!isWhole(problem.delay(t, from, t, to) * denominator)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private static boolean isWhole(double scaled) {
    return scaled <= 1L << 40 && Math.abs(scaled - Math.rint(scaled)) <= scaled * 0x1p-52;
  }
}

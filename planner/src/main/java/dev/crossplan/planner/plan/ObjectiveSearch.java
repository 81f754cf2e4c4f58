package dev.crossplan.planner.plan;

import com.google.common.base.Stopwatch;
import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.alternative.Making;
import dev.crossplan.planner.alternative.Makings;
import dev.crossplan.planner.alternative.Valuation;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.plan.Planner.Chosen;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Chooses and schedules in turn, where the objective is not a sum over the steps alone. Each
 * schedule gives the builders prices: a builder that is full becomes dearer, an idle one cheaper,
 * and with the new prices something else may be chosen. As prices are such that a second of all
 * slots together costs 1, what the cheapest choice costs is a bound on every plan's makespan too,
 * whatever they are (see {@link dev.crossplan.planner.schedule.ScheduleBounds}). Every other round
 * makes dearer what the makespan waited for.
 */
final class ObjectiveSearch {
  private static final int ROUNDS = 12;
  private static final double EMPHASIS = 2;

  /** More than any builder costs in a second. */
  private static final double DEAR = 1e3;

  /** By so much the weight of the makespan grows until a deadline is met. */
  private static final double WEIGHT_STEP = 4;

  /** So many steps are chosen by chance in all, to keep within a second or two. */
  private static final int RANDOM_STEPS = 2000;

  private static final int MOST_RANDOM_ROUNDS = 100;

  /** Logarithms by which costs are changed at the most. */
  private static final double[] SPREADS = {0.5, 1, 2};

  private final PlanOptions options;
  private final Placer placer;
  private final Chooser chooser;
  private final Stopwatch time = Stopwatch.createStarted();
  private final Map<Making, Double> emphasis = new HashMap<>();
  private final SplittableRandom random;
  private double[] prices = new double[0];
  private int updates;
  private double bound;
  private @Nullable Chosen best;
  private @Nullable Placement bestPlacement;

  /** Makes choices of the same image by different measures. */
  interface Chooser {
    /** What is least in sum. */
    Chosen leastBy(Valuation valuation, Duration timeLimit);

    /** That of which the longest path takes the fewest seconds; its bound is that. */
    Chosen ofShortestPath();
  }

  ObjectiveSearch(PlanOptions options, Placer placer, Chooser chooser) {
    this.options = options;
    this.placer = placer;
    this.chooser = chooser;
    this.random = new SplittableRandom(options.seed());
  }

  /**
   * The best choice that was found.
   *
   * @throws dev.crossplan.planner.NoPlanException if there is none
   */
  Chosen best() {
    Chosen first = chooser.leastBy(Valuation.SECONDS, options.timeLimit());
    boolean bySeconds = options.objective() == Objective.BUILDER_SECONDS;
    if (bySeconds && options.deadline().isEmpty()) {
      return first;
    }
    Placement placement = consider(first);
    if (bySeconds && placement.makespan() <= options.deadlineSeconds()) {
      return first;
    }
    if (options.objective() == Objective.MONEY) {
      saveMoney();
    }
    if (options.deadline().isPresent() && options.objective() != Objective.MAKESPAN) {
      meetDeadline(placer.value(placement) / Math.max(1, placement.makespan()));
    }
    if (isByMakespan() || misses(bestPlacement)) {
      shorten();
    }
    chooseAtRandom();
    return found().withBounds(first.bound(), bound);
  }

  private Chosen found() {
    if (best == null) {
      throw new IllegalStateException("nothing was considered");
    }
    return best;
  }

  private boolean misses(@Nullable Placement placement) {
    return placement == null || placement.makespan() > options.deadlineSeconds();
  }

  private Duration left() {
    Duration left = options.timeLimit().minus(time.elapsed());
    return left.isNegative() ? Duration.ZERO : left;
  }

  private boolean isOver() {
    return left().isZero();
  }

  /** Places what was chosen, keeps it if it is the best, and makes prices of it. */
  private Placement consider(Chosen chosen) {
    Makings makings = chosen.alternatives().makings();
    ImmutableList<StepDraft> drafts = chosen.steps().inputsFirst();
    Placement placement = placer.sketch(drafts, chosen.alternatives().packages().graph(), makings);
    if (bestPlacement == null || placer.compare(placement, bestPlacement) < 0) {
      best = chosen;
      bestPlacement = placement;
    }
    updatePrices(placement, makings.builders());
    placement.schedule().criticalChain().stream()
        .filter(step -> random.nextBoolean()) // else all that are alike would change together
        .forEach(step -> emphasis.merge(drafts.get(step).making, EMPHASIS, (a, b) -> a * b));
    return placement;
  }

  /** What everybody wants becomes dearer; in smaller and smaller steps. */
  private void updatePrices(Placement placement, ImmutableList<Builder> builders) {
    double[] loads = placement.busySeconds();
    double heaviest = 0;
    for (int m = 0; m < loads.length; m++) {
      loads[m] /= builders.get(m).slots();
      heaviest = Math.max(heaviest, loads[m]);
    }
    double[] changed = new double[loads.length];
    Arrays.fill(changed, 1);
    updates++;
    double sum = 0;
    for (int m = 0; m < loads.length; m++) {
      changed[m] = prices.length == 0 ? 1 : prices[m];
      if (heaviest > 0) {
        changed[m] *= Math.exp((loads[m] / heaviest - 1) / Math.sqrt(updates));
      }
      sum += changed[m] * builders.get(m).slots();
    }
    for (int m = 0; m < loads.length; m++) {
      changed[m] /= sum;
    }
    prices = changed;
  }

  /** Counts a step by the price of its builder, and all the more if the makespan waited for it. */
  private Valuation priced(ImmutableList<Builder> builders, boolean emphasised) {
    Map<String, Double> priceOf = new HashMap<>();
    for (int m = 0; m < builders.size(); m++) {
      priceOf.put(builders.get(m).name(), prices[m]);
    }
    Map<Making, Double> factors = emphasised ? Map.copyOf(emphasis) : Map.of();
    return new Valuation() {
      @Override
      public double of(Making making, Builder builder, double seconds) {
        double price = priceOf.getOrDefault(builder.name(), 0.0);
        return seconds * price * factors.getOrDefault(making, 1.0);
      }

      @Override
      public double ofSubstitution(double seconds) {
        return 0;
      }
    };
  }

  /**
   * A builder is paid for as a whole, so what a second of a slot costs lies between a share of that
   * and all of it; and what is done soon is paid for a short time.
   */
  private void saveMoney() {
    consider(chooser.leastBy(Placer.valuation(Objective.MONEY), left()));
    consider(chooser.leastBy(Placer.PAID_ALONE, left()));
    for (Builder spared : found().alternatives().makings().builders()) {
      if (spared.hourly() > 0) {
        consider(chooser.leastBy(sparing(spared), left()));
      }
    }
    shorten();
  }

  /** A builder that has nothing to do is not paid for at all. */
  private static Valuation sparing(Builder spared) {
    return (making, builder, seconds) ->
        Placer.PAID_ALONE.of(making, builder, seconds)
            + (builder.name().equals(spared.name()) ? DEAR * seconds : 0);
  }

  private void shorten() {
    Chosen shortest = chooser.ofShortestPath();
    bound = Math.max(bound, shortest.bound());
    consider(shortest);
    ImmutableList<Builder> builders = shortest.alternatives().makings().builders();
    for (int round = 0; round < ROUNDS && !isOver() && !isMet(); round++) {
      boolean emphasised = round % 2 == 1;
      // Proven least is only what a bound comes of; by odd prices that may take all the time.
      Duration limit = emphasised ? Duration.ZERO : left();
      Chosen chosen = chooser.leastBy(priced(builders, emphasised), limit);
      if (!emphasised) {
        bound = Math.max(bound, chosen.bound());
      }
      consider(chosen);
    }
  }

  /**
   * Chooses by what the objective counts, with some ways and builders made dearer and others
   * cheaper by chance: prices alone do not lead to each choice that may be the best. Each is the
   * greedy one: to prove one that nobody wants least may take long.
   */
  private void chooseAtRandom() {
    int steps = Math.max(1, found().steps().inputsFirst().size());
    int rounds = Math.min(MOST_RANDOM_ROUNDS, RANDOM_STEPS / steps);
    for (int round = 0; round < rounds && !isOver() && !(isByMakespan() && isMet()); round++) {
      boolean isByMoney = options.objective() == Objective.MONEY && round % 2 == 0;
      Valuation counted = isByMoney ? Placer.PAID_ALONE : Valuation.SECONDS;
      double spread = SPREADS[round % SPREADS.length];
      Map<Object, Double> factors = new HashMap<>();
      consider(
          chooser.leastBy(
              (making, builder, seconds) ->
                  counted.of(making, builder, seconds)
                      * factor(factors, making, spread)
                      * factor(factors, builder.name(), spread),
              Duration.ZERO));
    }
  }

  private double factor(Map<Object, Double> factors, Object of, double spread) {
    return factors.computeIfAbsent(of, none -> Math.exp(spread * (2 * random.nextDouble() - 1)));
  }

  private boolean isByMakespan() {
    return options.objective() == Objective.MAKESPAN;
  }

  private boolean isMet() {
    return bestPlacement != null && bestPlacement.makespan() <= bound * (1 + 1e-9);
  }

  /**
   * Gives the makespan more weight until the deadline is met, then as little as that needs.
   *
   * @param unit what a second of makespan is worth at weight 1
   */
  private void meetDeadline(double unit) {
    Valuation own = Placer.valuation(options.objective());
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double weight = 1;
    ImmutableList<Builder> builders = found().alternatives().makings().builders();
    for (int round = 0; round < ROUNDS && !isOver(); round++) {
      Valuation priced = priced(builders, false);
      double factor = weight * unit;
      Placement placement =
          consider(
              chooser.leastBy(
                  (making, builder, seconds) ->
                      own.of(making, builder, seconds)
                          + factor * priced.of(making, builder, seconds),
                  left()));
      if (misses(placement)) {
        low = weight;
      } else {
        high = weight;
      }
      weight =
          high == Double.POSITIVE_INFINITY
              ? weight * WEIGHT_STEP
              : low == 0 ? weight / WEIGHT_STEP : Math.sqrt(low * high);
    }
  }
}

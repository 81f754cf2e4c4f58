package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableLongArray;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.alternative.Making;
import dev.crossplan.planner.alternative.Makings;
import dev.crossplan.planner.alternative.Valuation;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.schedule.CostDescent;
import dev.crossplan.planner.schedule.ListScheduler;
import dev.crossplan.planner.schedule.Precedence;
import dev.crossplan.planner.schedule.Schedule;
import dev.crossplan.planner.schedule.ScheduleBounds;
import dev.crossplan.planner.schedule.ScheduleProblem;
import dev.crossplan.planner.schedule.ScheduleSearch;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Finds a builder and a time for each step, as an objective and a deadline ask for. */
final class Placer {
  /**
   * Parts of the deadline that a list scheduler is told, since it sees only the longest path and
   * not who waits for a slot.
   */
  private static final double[] DEADLINE_PARTS = {1, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.3};

  /** So many placements of one step on one builder are tried to improve a candidate. */
  private static final long IMPROVED = 3_000_000;

  /** Likewise for a sketch. */
  private static final long SKETCHED = 30_000;

  /** In so many schedules a small problem is solved, or will not be. */
  private static final long MOST_TRIES = 10_000;

  private static final long MOST_SKETCHED = 300;

  /** So many candidates are improved. */
  private static final int STARTS = 3;

  private static final int NONE = -1;

  /** What a step costs if nothing else is done on its builder meanwhile. */
  static final Valuation PAID_ALONE =
      (making, builder, seconds) ->
          seconds * (Placement.moneyPerSlotSecond(builder) * builder.slots() + 1e-9);

  private final PlanOptions options;
  private final Progress progress;

  Placer(PlanOptions options, Progress progress) {
    this.options = options;
    this.progress = progress;
  }

  /**
   * Steps with what is known of where they can be done.
   *
   * @param ways by step, how it can be made of its inputs: natively here and emulated there
   * @param seconds by step and builder, the substituters last; infinite where it cannot be done
   * @param memory by step, bytes
   * @param outputBytes by step
   */
  private record Work(
      ImmutableList<ImmutableList<Making>> ways,
      Precedence precedence,
      ImmutableList<String> names,
      Makings makings,
      ImmutableDoubleArray seconds,
      ImmutableLongArray memory,
      ImmutableLongArray outputBytes) {

    double seconds(int step, int builder) {
      return seconds.get(step * (makings.builders().size() + 1) + builder);
    }

    /** How the builder does it. */
    Making way(int step, int builder) {
      return ways.get(step).stream()
          .filter(way -> makings.isCapable(makings.builders().get(builder), way))
          .min(
              Comparator.comparingDouble(
                  way -> makings.estimate(way, makings.builders().get(builder)).seconds()))
          .orElse(ways.get(step).get(0));
    }

    boolean isBuild(int step) {
      return ways.get(step).get(0).action() != Action.SUBSTITUTE;
    }
  }

  /**
   * Places steps as well as the time limit allows.
   *
   * @param drafts each after its inputs
   */
  Placement place(ImmutableList<StepDraft> drafts, DerivationGraph graph, Makings makings) {
    progress.start("scheduling " + drafts.size() + " steps");
    return best(work(drafts, graph, makings), options.timeLimit());
  }

  /** Places steps in a moment, to compare one choice with another. */
  Placement sketch(ImmutableList<StepDraft> drafts, DerivationGraph graph, Makings makings) {
    return best(work(drafts, graph, makings), Duration.ZERO);
  }

  private Work work(ImmutableList<StepDraft> drafts, DerivationGraph graph, Makings makings) {
    ImmutableList<Builder> builders = makings.builders();
    int machines = builders.size() + 1; // substituters are a machine that is never full
    double[] seconds = new double[drafts.size() * machines];
    Arrays.fill(seconds, Double.POSITIVE_INFINITY);
    int[][] needs = new int[drafts.size()][];
    Int2IntOpenHashMap places = new Int2IntOpenHashMap();
    List<StorePath> paths = new ArrayList<>();
    ImmutableList.Builder<ImmutableList<Making>> ways = ImmutableList.builder();
    for (StepDraft draft : drafts) {
      int step = places.size();
      places.put(draft.derivation(), step);
      needs[step] = draft.inputs.intStream().map(places::get).toArray();
      paths.add(graph.path(draft.derivation()));
      ImmutableList<Making> all = ways(draft.making, makings);
      ways.add(all);
      if (draft.making.action() == Action.SUBSTITUTE) {
        seconds[step * machines + builders.size()] = makings.leastSeconds(draft.making);
        continue;
      }
      for (int m = 0; m < builders.size(); m++) {
        for (Making way : all) {
          if (makings.isCapable(builders.get(m), way)) {
            seconds[step * machines + m] =
                Math.min(
                    seconds[step * machines + m], makings.estimate(way, builders.get(m)).seconds());
          }
        }
      }
    }
    return new Work(
        ways.build(),
        Precedence.of(needs),
        paths.stream().map(StorePath::baseName).collect(ImmutableList.toImmutableList()),
        makings,
        ImmutableDoubleArray.copyOf(seconds),
        ImmutableLongArray.copyOf(drafts.stream().mapToLong(draft -> makings.memory(draft.making))),
        ImmutableLongArray.copyOf(
            drafts.stream().mapToLong(draft -> makings.outputBytes(draft.derivation()))));
  }

  /**
   * The ways to do a step with what it was given: one that was chosen to be emulated may be built
   * natively as well, and the other way round; for the fewest builder-seconds where that takes as
   * long.
   */
  private ImmutableList<Making> ways(Making chosen, Makings makings) {
    return chosen.action() != Action.BUILD || chosen.isDone()
        ? ImmutableList.of(chosen)
        : makings.withSameInputs(chosen);
  }

  private Placement best(Work work, Duration timeLimit) {
    double deadline = options.deadlineSeconds();
    if (options.objective() == Objective.MAKESPAN) {
      Placement quickest = quickest(work, timeLimit);
      return timeLimit.isZero() // else it was improved
          ? improved(work, quickest, List.of(quickest), timeLimit)
          : quickest;
    }
    Placement cheapest = cheapest(work, valuation(options.objective()), NONE);
    if (options.objective() == Objective.BUILDER_SECONDS && cheapest.makespan() <= deadline) {
      return cheapest;
    }
    Placement quickest = quickest(work, timeLimit);
    List<Placement> candidates = new ArrayList<>(List.of(cheapest, quickest));
    if (options.objective() == Objective.MONEY) {
      addWithoutPaid(work, candidates);
      candidates.add(cheapest(work, PAID_ALONE, NONE));
    }
    for (int i = 0; i < DEADLINE_PARTS.length && deadline < Double.POSITIVE_INFINITY; i++) {
      candidates.add(inTime(work, quickest, DEADLINE_PARTS[i] * deadline));
    }
    candidates.sort(this::compare);
    return improved(work, quickest, candidates, timeLimit);
  }

  /**
   * Moves steps about in the best candidates.
   *
   * @param quickest of the problem that has all places for all steps
   */
  private Placement improved(
      Work work, Placement quickest, List<Placement> candidates, Duration timeLimit) {
    ScheduleProblem problem = quickest.schedule().problem();
    long placements = Math.max(1, (long) problem.taskCount() * problem.machineCount());
    long tries =
        timeLimit.isZero()
            ? Math.min(MOST_SKETCHED, SKETCHED / placements)
            : Math.min(MOST_TRIES, IMPROVED / placements);
    long end = System.nanoTime() + options.timeLimit().toNanos();
    Comparator<Schedule> order =
        Comparator.comparing(
                (Schedule schedule) ->
                    new Placement(schedule, 0, work.makings().builders(), ImmutableList.of()),
                this::compareValue)
            .thenComparing(schedule -> paidAlone(schedule, work.makings().builders()))
            .thenComparing(Schedule::makespan);
    List<Placement> improved = new ArrayList<>(candidates);
    for (Placement candidate : candidates.subList(0, Math.min(STARTS, candidates.size()))) {
      Schedule schedule = candidate.schedule().on(problem);
      Schedule better = CostDescent.improve(schedule, order, tries, end, options.seed());
      improved.add(placement(work, better, quickest.bound()));
    }
    return improved.stream().min(this::compare).orElseThrow();
  }

  /** What all steps would cost if nothing else was done on their builders meanwhile. */
  private static double paidAlone(Schedule schedule, ImmutableList<Builder> builders) {
    double sum = 0;
    for (int step = 0; step < schedule.problem().taskCount(); step++) {
      if (schedule.machine(step) < builders.size()) {
        sum +=
            (schedule.finish(step) - schedule.start(step))
                * builders.get(schedule.machine(step)).hourly();
      }
    }
    return sum;
  }

  /** The better one comes first: what meets the deadline, then what costs less, then the sooner. */
  int compare(Placement one, Placement other) {
    int byValue = compareValue(one, other);
    return byValue != 0 ? byValue : Double.compare(one.makespan(), other.makespan());
  }

  private int compareValue(Placement one, Placement other) {
    double deadline = options.deadlineSeconds();
    boolean meets = one.makespan() <= deadline;
    if (meets != other.makespan() <= deadline) {
      return meets ? -1 : 1;
    }
    return meets
        ? Double.compare(value(one), value(other))
        : Double.compare(one.makespan(), other.makespan());
  }

  /** What the objective wants to be least. */
  double value(Placement placement) {
    return switch (options.objective()) {
      case BUILDER_SECONDS -> placement.builderSeconds();
      case MAKESPAN -> placement.makespan();
      case MONEY -> placement.money();
    };
  }

  /**
   * What the objective counts a step, if all slots of a builder are used all the time. Of what
   * costs no money the shorter is taken.
   */
  static Valuation valuation(Objective objective) {
    return objective == Objective.MONEY
        ? (making, builder, seconds) -> seconds * (Placement.moneyPerSlotSecond(builder) + 1e-9)
        : Valuation.SECONDS;
  }

  private Placement quickest(Work work, Duration timeLimit) {
    ScheduleSearch.Result result =
        ScheduleSearch.search(
            problem(work, work.seconds().toArray()), timeLimit, options.seed(), progress);
    return placement(work, result.schedule(), result.bound());
  }

  private static Placement placement(Work work, Schedule schedule, double bound) {
    ImmutableList<Builder> builders = work.makings().builders();
    ImmutableList.Builder<Making> ways = ImmutableList.builder();
    for (int step = 0; step < work.ways().size(); step++) {
      int machine = schedule.machine(step);
      ways.add(machine < builders.size() ? work.way(step, machine) : work.ways().get(step).get(0));
    }
    return new Placement(schedule, bound, builders, ways.build());
  }

  /**
   * Each step where it counts least.
   *
   * @param without a builder that does nothing, or {@link #NONE}
   */
  private Placement cheapest(Work work, Valuation valuation, int without) {
    ImmutableList<Builder> builders = work.makings().builders();
    int machines = builders.size() + 1;
    double[] seconds = work.seconds().toArray();
    for (int step = 0; step < work.ways().size(); step++) {
      double least = Double.POSITIVE_INFINITY;
      for (int m = 0; m < builders.size(); m++) {
        if (m != without) {
          least = Math.min(least, value(work, valuation, step, m));
        }
      }
      for (int m = 0; m < builders.size(); m++) {
        if (m == without || value(work, valuation, step, m) > least) {
          seconds[step * machines + m] = Double.POSITIVE_INFINITY;
        }
      }
    }
    ScheduleProblem problem = problem(work, seconds);
    Schedule schedule = ListScheduler.schedule(problem);
    double bound = Math.min(schedule.makespan(), ScheduleBounds.lowerBound(problem));
    return placement(work, schedule, bound);
  }

  private static double value(Work work, Valuation valuation, int step, int builder) {
    double here = work.seconds(step, builder);
    return here == Double.POSITIVE_INFINITY
        ? here
        : valuation.of(work.way(step, builder), work.makings().builders().get(builder), here);
  }

  /** Leaves out one paid builder after the other, as long as that saves money. */
  private void addWithoutPaid(Work work, List<Placement> candidates) {
    ImmutableList<Builder> builders = work.makings().builders();
    for (int m = 0; m < builders.size(); m++) {
      if (builders.get(m).hourly() > 0 && canDoWithout(work, m)) {
        candidates.add(cheapest(work, valuation(options.objective()), m));
      }
    }
  }

  private static boolean canDoWithout(Work work, int builder) {
    return IntStream.range(0, work.ways().size())
        .filter(work::isBuild)
        .allMatch(
            step ->
                IntStream.range(0, work.makings().builders().size())
                    .filter(other -> other != builder)
                    .anyMatch(other -> work.seconds(step, other) < Double.POSITIVE_INFINITY));
  }

  /**
   * Each step where it counts least of the builders that are in time.
   *
   * @param quickest of the same problem, hence with the same bound
   */
  private Placement inTime(Work work, Placement quickest, double deadline) {
    Valuation valuation = valuation(options.objective());
    int substituters = work.makings().builders().size();
    Schedule schedule =
        ListScheduler.schedule(
            quickest.schedule().problem(),
            (step, machine) -> machine == substituters ? 0 : value(work, valuation, step, machine),
            deadline);
    return placement(work, schedule, quickest.bound());
  }

  private static ScheduleProblem problem(Work work, double[] seconds) {
    boolean isMemoryKnown = work.memory().stream().anyMatch(bytes -> bytes > 0);
    MachineEnvironment environment = new MachineEnvironment(work.makings().builders());
    int tasks = work.ways().size();
    return ScheduleProblem.of(
        work.names(),
        work.precedence(),
        isMemoryKnown ? environment.machinesWithMemory(tasks) : environment.machines(tasks),
        seconds,
        isMemoryKnown ? work.memory().toArray() : new long[0],
        environment.transfers(work.outputBytes().toArray()));
  }
}

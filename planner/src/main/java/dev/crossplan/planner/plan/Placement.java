package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.alternative.Alternatives;
import dev.crossplan.planner.alternative.Making;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.schedule.ListScheduler;
import dev.crossplan.planner.schedule.Precedence;
import dev.crossplan.planner.schedule.Schedule;
import dev.crossplan.planner.schedule.ScheduleBounds;
import dev.crossplan.planner.schedule.ScheduleProblem;
import dev.crossplan.planner.schedule.ScheduleSearch;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Which builder does each step, and when. */
final class Placement {
  private final Schedule schedule;
  private final double bound;
  private final ImmutableList<Builder> builders;

  private Placement(Schedule schedule, double bound, ImmutableList<Builder> builders) {
    this.schedule = schedule;
    this.bound = bound;
    this.builders = builders;
  }

  /**
   * @param drafts each after its inputs
   * @param ids place in {@code drafts} by derivation
   */
  static Placement of(
      ImmutableList<StepDraft> drafts,
      Int2IntOpenHashMap ids,
      Alternatives alternatives,
      PlanOptions options,
      Progress progress) {
    ImmutableList<Builder> builders = alternatives.makings().builders();
    int machines = builders.size() + 1; // substituters are a machine that is never full
    double[] durations = new double[drafts.size() * machines];
    int[][] needs = new int[drafts.size()][];
    List<String> names = new ArrayList<>();
    for (int id = 0; id < drafts.size(); id++) {
      StepDraft draft = drafts.get(id);
      needs[id] = draft.inputs.intStream().map(ids::get).toArray();
      names.add(alternatives.packages().graph().path(draft.derivation()).baseName());
      fillDurations(durations, id * machines, draft.making, alternatives, options.objective());
    }
    ImmutableList.Builder<ScheduleProblem.Machine> all = ImmutableList.builder();
    for (Builder builder : builders) {
      all.add(new ScheduleProblem.Machine(builder.name(), builder.slots()));
    }
    all.add(new ScheduleProblem.Machine("substituters", Math.max(1, drafts.size())));
    ScheduleProblem problem =
        ScheduleProblem.of(names, Precedence.of(needs), all.build(), durations);
    if (options.objective() == Objective.MAKESPAN) {
      ScheduleSearch.Result result =
          ScheduleSearch.search(problem, options.timeLimit(), options.seed(), progress);
      return new Placement(result.schedule(), result.bound(), builders);
    }
    progress.start("scheduling " + drafts.size() + " steps");
    Schedule schedule = ListScheduler.schedule(problem);
    double bound = Math.min(schedule.makespan(), ScheduleBounds.lowerBound(problem));
    return new Placement(schedule, bound, builders);
  }

  /** Seconds on each builder; where builder-seconds count, only on those where they are least. */
  private static void fillDurations(
      double[] durations, int from, Making making, Alternatives alternatives, Objective objective) {
    ImmutableList<Builder> builders = alternatives.makings().builders();
    Arrays.fill(durations, from, from + builders.size() + 1, Double.POSITIVE_INFINITY);
    if (making.action() == Action.SUBSTITUTE) {
      durations[from + builders.size()] = making.seconds();
      return;
    }
    double most =
        objective == Objective.MAKESPAN
            ? Double.POSITIVE_INFINITY
            : alternatives.makings().leastSeconds(making);
    for (int i = 0; i < builders.size(); i++) {
      double seconds = making.secondsOn(builders.get(i));
      if (seconds <= most && alternatives.makings().isCapable(builders.get(i), making)) {
        durations[from + i] = seconds;
      }
    }
  }

  Optional<String> builder(int step) {
    int machine = schedule.machine(step);
    return machine < builders.size() ? Optional.of(builders.get(machine).name()) : Optional.empty();
  }

  double start(int step) {
    return schedule.start(step);
  }

  double seconds(int step) {
    return schedule.problem().duration(step, schedule.machine(step));
  }

  /** No schedule of these steps is shorter. */
  double bound() {
    return bound;
  }
}

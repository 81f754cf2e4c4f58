package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.cost.Estimate;
import dev.crossplan.planner.cost.Origin;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.TestsBefore;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.plan.Course;
import dev.crossplan.planner.plan.Courses;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;

/** Tells of courses to an image how long, on what and for how much they are. */
public final class Estimator {
  private final Function<Step, Estimate> estimates;
  private final TestsBefore tests;
  private final long seed;

  /**
   * @param estimates how long a step lasts on its builder; its median is what it lasts in the plan
   * @param tests how builds fared in them
   * @param seed of the random numbers from which intervals come
   */
  public Estimator(Function<Step, Estimate> estimates, TestsBefore tests, long seed) {
    this.estimates = estimates;
    this.tests = tests;
    this.seed = seed;
  }

  /** What the manifest says of a step is taken for certain. */
  public static Estimate asPlanned(Step step) {
    return Estimate.exactly(step.seconds(), Origin.MANIFEST);
  }

  /**
   * Estimates.
   *
   * @param prepared what {@code courses} were made from
   */
  public EstimateReport report(Prepared prepared, Courses courses, Progress progress) {
    Downloads downloads = Downloads.of(prepared, courses, progress);
    progress.start("estimating");
    ImmutableList<Step> steps = courses.plan().steps();
    return new EstimateReport(
        courses.plan(),
        courses.all().stream()
            .map(course -> option(course, courses.plan().builders(), downloads))
            .collect(ImmutableList.toImmutableList()),
        longest(steps),
        Chain.scheduled(steps),
        Chain.ofInputs(steps),
        Untested.of(prepared, courses.plan(), tests),
        downloads.weather(steps),
        ImmutableList.of());
  }

  private OptionEstimate option(
      Course course, ImmutableList<Builder> builders, Downloads downloads) {
    if (!course.possible()) {
      return new OptionEstimate(course.name(), Optional.empty(), course.why());
    }
    Placing placing = new Placing(course.steps(), builders);
    ImmutableList<Estimate> times =
        course.steps().stream().map(estimates).collect(ImmutableList.toImmutableList());
    OptionEstimate.Amounts amounts =
        new OptionEstimate.Amounts(
            course.count(Action.BUILD),
            course.duplicates(),
            placing.totals(),
            Simulation.intervals(course.steps(), times, placing, seed),
            (int) times.stream().filter(time -> time.origin() == Origin.UNKNOWN).count(),
            placing.builders(),
            downloads.of(course));
    return new OptionEstimate(course.name(), Optional.of(amounts), course.why());
  }

  private ImmutableList<EstimatedStep> longest(ImmutableList<Step> steps) {
    return steps.stream()
        .filter(step -> step.action() == Action.BUILD)
        .sorted(
            Comparator.comparingDouble((Step step) -> -step.seconds()).thenComparingInt(Step::id))
        .map(step -> new EstimatedStep(step, estimates.apply(step)))
        .collect(ImmutableList.toImmutableList());
  }
}

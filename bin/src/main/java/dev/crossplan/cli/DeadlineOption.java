package dev.crossplan.cli;

import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.Seconds;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.Planner;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How soon a plan has to be done. */
final class DeadlineOption {
  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      converter = Time.class,
      description =
          "The best plan, by the objective, that is done within this time: 90min, 2h, 1d.")
  private @Nullable Duration deadline;

  /** {@code 1h30m}. */
  static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return Duration.ofMillis(
          (long)
              (1000
                  * Seconds.parse(text)
                      .orElseThrow(
                          () ->
                              new TypeConversionException(
                                  text + " is no time; 90min, 2h and 1d are"))));
    }
  }

  /** A planner that looks for such a plan. */
  Planner planner(CommonOptions options, Progress progress) {
    return options.planner(progress, Optional.ofNullable(deadline));
  }

  /**
   * Looks whether a plan is done in time.
   *
   * @throws NoPlanException if it is not
   */
  void check(Plan plan) {
    if (deadline == null || plan.makespanSeconds() <= deadline.toMillis() / 1000.0) {
      return;
    }
    double bound = plan.bounds().anyPlanMakespanSeconds();
    throw new NoPlanException(
        String.format(
            "%s: no plan was found that is done within %s: the quickest takes %s, and none can take"
                + " less than %s",
            plan.name(),
            Seconds.format(deadline.toMillis() / 1000.0),
            Seconds.format(plan.makespanSeconds()),
            Seconds.format(bound)),
        "Maybe give it more time, or another builder: estimate --compare-builders tells what each"
            + " would save.");
  }
}

package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.cost.Backtest;
import dev.crossplan.planner.cost.BacktestJson;
import dev.crossplan.planner.cost.MachineSpeeds;
import dev.crossplan.planner.cost.StrategyFactors;
import dev.crossplan.planner.estimate.BuilderComparison;
import dev.crossplan.planner.estimate.EstimateJson;
import dev.crossplan.planner.estimate.EstimateReport;
import dev.crossplan.planner.estimate.Estimator;
import dev.crossplan.planner.estimate.StepEstimates;
import dev.crossplan.planner.estimate.WhatIf;
import dev.crossplan.planner.history.History;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.history.TestsBefore;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.plan.Courses;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code crossplan estimate}: how long, on what and for how much, before anything starts. */
@Command(
    name = "estimate",
    description = {
      "Tells how long building an image takes, on what and for how much: the plan beside what would"
          + " be done without one. Nothing is built. Where the manifest does not say how long builds"
          + " take, it is estimated from earlier ones, as build does it, and plan --with-history.",
      "",
      "With --with-builder, --without and --emulation it tells what would be if the manifest were"
          + " edited so.",
      ""
    })
final class EstimateCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Spec private CommandSpec command;

  @Parameters(
      paramLabel = "MANIFEST",
      arity = "0..1",
      description = "What to build from what: a crossplan.toml.")
  private @Nullable Path file;

  @Option(
      names = "--backtest",
      description =
          "Instead, tell how good estimates are: each build of the history is estimated from what"
              + " was known before it. Takes no manifest.")
  private boolean backtest;

  @Mixin private WhatIfOptions whatIf;

  @Option(
      names = "--compare-builders",
      description =
          "Tell what another builder, a slot, a machine twice as fast in the place of one, a board,"
              + " no emulator or a warm cache would save, best first. Plans again for each.")
  private boolean compareBuilders;

  @Option(
      names = "--longest",
      paramLabel = "NUMBER",
      defaultValue = "10",
      description = "How many of the longest builds to tell (default: ${DEFAULT-VALUE}).")
  private int longest;

  @Mixin private BuildersOption builders;

  @Mixin private HistoryOption history;
  @Mixin private DeadlineOption deadline;

  @Override
  public Integer call() {
    CommonOptions.Format format =
        options.format(CommonOptions.Format.TEXT, CommonOptions.Format.JSON);
    OutputTarget output = options.output();
    if (backtest) {
      return backtest(format, output);
    }
    Path manifestFile = file;
    if (manifestFile == null) {
      throw new ParameterException(command.commandLine(), "estimate needs a MANIFEST");
    }
    checkLongest();
    WhatIf changes = whatIf.changes();
    EstimateReport report;
    try (ProgressLine progress = options.progress()) {
      progress.start("reading " + manifestFile);
      Manifest manifest = builders.read(manifestFile);
      Planner planner = deadline.planner(options, progress);
      Prepared prepared =
          HistoryOption.estimated(
              changes.applyTo(planner.prepare(manifest, LocalBuilder.unlessNamed(manifest))));
      progress.giveWay(() -> Remark.unknownSystems(options.terminal(), prepared.builders()));
      Courses courses = history.courses(planner, prepared);
      deadline.check(courses.plan());
      progress.giveWay(
          () -> {
            Remark.unknownPrices(options.terminal(), courses.plan());
            history.tellFailures(courses.plan(), options.terminal());
          });
      Estimator estimator =
          new Estimator(new StepEstimates(prepared), testsBefore(progress), options.seed());
      report = estimator.report(prepared, courses, progress);
      if (compareBuilders) {
        BuilderComparison comparison =
            new BuilderComparison(changed -> planner.plan(changed, history.experience()), progress);
        report = report.with(comparison.changes(prepared, courses.plan()));
      }
    }
    EstimateReport done = report;
    switch (format) {
      case JSON -> output.write(out -> EstimateJson.write(out, done, longest));
      default -> output.write(new EstimateText(done, options.terminal(), longest).toString());
    }
    return ExitStatus.DONE;
  }

  /** The estimate does without: where the history cannot be read, that is only told. */
  private TestsBefore testsBefore(ProgressLine progress) {
    try {
      return HistoryOption.ask(History::testsBefore).orElse(TestsBefore.NONE);
    } catch (InputException e) {
      tellUnread(progress, e, e.remedy());
    } catch (BuildException e) {
      tellUnread(progress, e, e.remedy());
    }
    return TestsBefore.NONE;
  }

  private void tellUnread(ProgressLine progress, RuntimeException why, Optional<String> remedy) {
    progress.giveWay(
        () ->
            Remark.print(
                options.terminal(),
                String.valueOf(why.getMessage()),
                List.of("so it is not told how likely tests fail"),
                remedy.stream().toList()));
  }

  private int backtest(CommonOptions.Format format, OutputTarget output) {
    if (file != null) {
      throw new ParameterException(command.commandLine(), "--backtest takes no manifest");
    }
    Backtest replayed;
    try (ProgressLine progress = options.progress()) {
      progress.start("reading the history");
      ImmutableList<Timing> builds = HistoryOption.ask(History::timings).orElse(ImmutableList.of());
      replayed =
          Backtest.of(
              builds,
              StrategyFactors.of(HistoryOption.measured(Machine.here())),
              MachineSpeeds.of(builds, HistoryOption::measured),
              progress);
    }
    switch (format) {
      case JSON -> output.write(out -> BacktestJson.write(out, replayed));
      default -> output.write(new BacktestText(replayed, options.terminal()).toString());
    }
    return ExitStatus.DONE;
  }

  /** Before the graphs are read, which takes longer. */
  private void checkLongest() {
    if (longest < 0) {
      throw new ParameterException(
          command.commandLine(), "--longest is " + longest + ", not a number of builds");
    }
  }
}

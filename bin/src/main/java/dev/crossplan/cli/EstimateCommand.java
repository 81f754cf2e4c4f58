package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
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
import dev.crossplan.planner.instance.BuilderDescription;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.plan.Courses;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
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
          + " be done without one. Nothing is built.",
      "",
      "With --with-builder, --without and --emulation it tells what would be if the manifest were"
          + " edited so.",
      ""
    })
final class EstimateCommand implements Callable<Integer> {
  /** What the manifest allows as a factor. */
  private static final double LEAST_FACTOR = 1e-6;

  private static final double MOST_FACTOR = 1e6;

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

  @Option(
      names = "--with-builder",
      paramLabel = "BUILDER",
      description =
          "As if there were this builder as well: 'board: riscv64-linux, 4 slots, speed 0.25, 0.02"
              + " per hour, 6 watts'; also 'emulates SYSTEM', 'features A B'.")
  private List<String> added = List.of();

  @Option(
      names = "--without",
      paramLabel = "NAME",
      description = "As if there were no builder of this name.")
  private List<String> removed = List.of();

  @Option(
      names = "--emulation",
      paramLabel = "FACTOR",
      description = "As if emulated builds took so many times the native seconds.")
  private @Nullable Double emulation;

  @Option(
      names = "--compare-builders",
      description =
          "Tell what another builder, a slot, more speed, a board, no emulator or a warm cache"
              + " would save, best first. Plans again for each.")
  private boolean compareBuilders;

  @Option(
      names = "--longest",
      paramLabel = "NUMBER",
      defaultValue = "10",
      description = "How many of the longest builds to tell (default: ${DEFAULT-VALUE}).")
  private int longest;

  @Mixin private BuildersOption builders;

  @Mixin private HistoryOption history;

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
    WhatIf whatIf = whatIf();
    EstimateReport report;
    try (ProgressLine progress = options.progress()) {
      progress.start("reading " + manifestFile);
      Manifest manifest = builders.read(manifestFile);
      Planner planner = options.planner(progress);
      Prepared prepared =
          HistoryOption.estimated(
              whatIf.applyTo(planner.prepare(manifest, LocalBuilder.unlessNamed(manifest))));
      Courses courses = planner.courses(prepared, history.experience());
      Estimator estimator =
          new Estimator(
              new StepEstimates(prepared),
              HistoryOption.ask(History::testsBefore).orElse(TestsBefore.NONE),
              options.seed());
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

  private int backtest(CommonOptions.Format format, OutputTarget output) {
    if (file != null) {
      throw new ParameterException(command.commandLine(), "--backtest takes no manifest");
    }
    ImmutableList<Timing> builds = HistoryOption.ask(History::timings).orElse(ImmutableList.of());
    Backtest replayed =
        Backtest.of(
            builds,
            StrategyFactors.of(HistoryOption.measured(Machine.here())),
            MachineSpeeds.of(builds, HistoryOption::measured));
    switch (format) {
      case JSON -> output.write(out -> BacktestJson.write(out, replayed));
      default -> output.write(new BacktestText(replayed, options.terminal()).toString());
    }
    return ExitStatus.DONE;
  }

  /** Checked before the graphs are read, which takes longer. */
  private WhatIf whatIf() {
    if (longest < 0) {
      throw new ParameterException(
          command.commandLine(), "--longest is " + longest + ", not a number of builds");
    }
    Double factor = emulation;
    if (factor != null && !(factor >= LEAST_FACTOR && factor <= MOST_FACTOR)) {
      throw new ParameterException(
          command.commandLine(),
          "--emulation is " + factor + ", not a factor from 0.000001 to 1000000");
    }
    return new WhatIf(
        ImmutableSet.copyOf(removed),
        added.stream().map(BuilderDescription::parse).collect(ImmutableList.toImmutableList()),
        factor == null ? OptionalDouble.empty() : OptionalDouble.of(factor));
  }
}

package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Doubles;
import dev.crossplan.planner.estimate.Deviations;
import dev.crossplan.planner.estimate.StepEstimates;
import dev.crossplan.planner.estimate.WhatIf;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.simulate.Conditions;
import dev.crossplan.planner.simulate.Contest;
import dev.crossplan.planner.simulate.Outage;
import dev.crossplan.planner.simulate.SimulationJson;
import dev.crossplan.planner.simulate.SimulationReport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code crossplan simulate}: the plan against Nix's build hook and Hydra, in time. */
@Command(
    name = "simulate",
    description = {
      "Simulates how long the steps of a plan take on the builders of a manifest if Nix's build hook"
          + " or Hydra decides what is built where, and if the schedule does. Nothing is built.",
      "",
      "With --with-builder, --without and --emulation it tells what would be if the manifest were"
          + " edited so, before a machine is bought.",
      ""
    })
final class SimulateCommand implements Callable<Integer> {
  private static final String AS_ESTIMATED = "estimates";
  private static final double MOST_NOISE = 3;
  private static final int MOST_RUNS = 10_000;
  private static final int RUNS_WITH_NOISE = 20;

  @Mixin private CommonOptions options;

  @Spec private CommandSpec command;

  @Parameters(paramLabel = "MANIFEST", description = "What to build from what: a crossplan.toml.")
  private Path file;

  @Mixin private WhatIfOptions whatIf;

  @Option(
      names = "--noise",
      paramLabel = "SIGMA",
      description =
          "Steps take longer or shorter than planned, log-normally: 0.3 is a third, mostly. Or the"
              + " word estimates: as uncertain as they are.")
  private @Nullable String noise;

  @Option(
      names = "--runs",
      paramLabel = "NUMBER",
      description = "How often, each time with other noise (default: 1, with --noise 20).")
  private @Nullable Long runs;

  @Option(
      names = "--fault",
      paramLabel = "FAULT",
      description =
          "A builder goes down: 'board: down at 10 min for 1 h', for good without 'for'. What runs"
              + " on it is lost.")
  private List<String> faults = List.of();

  @Mixin private BuildersOption builders;

  @Mixin private HistoryOption history;

  @Override
  public Integer call() {
    CommonOptions.Format format =
        options.format(CommonOptions.Format.TEXT, CommonOptions.Format.JSON);
    OutputTarget output = options.output();
    WhatIf changes = whatIf.changes();
    double sigma = sigma();
    int count = runs();
    ImmutableList<Outage> outages =
        faults.stream().map(Outage::parse).collect(ImmutableList.toImmutableList());
    SimulationReport report;
    try (ProgressLine progress = options.progress()) {
      progress.start("reading " + file);
      Manifest manifest = builders.read(file);
      Planner planner = options.planner(progress);
      Prepared prepared =
          HistoryOption.estimated(
              changes.applyTo(planner.prepare(manifest, LocalBuilder.unlessNamed(manifest))));
      progress.giveWay(() -> Remark.unknownSystems(options.terminal(), prepared.builders()));
      Outage.check(outages, prepared.builders());
      Plan plan = history.plan(planner, prepared);
      report =
          Contest.hold(
              prepared,
              plan,
              new Conditions(deviations(sigma, prepared, plan), outages, count, options.seed()),
              progress);
    }
    switch (format) {
      case JSON -> output.write(out -> SimulationJson.write(out, report));
      default -> output.write(new SimulationText(report, options.terminal()).toString());
    }
    history.tell(report.plan().lost(), options.terminal());
    return report.plan().lost().isNothing() ? ExitStatus.DONE : ExitStatus.NOT_POSSIBLE;
  }

  /** Not a number for as uncertain as estimates are. */
  private double sigma() {
    String asked = noise;
    if (asked == null) {
      return 0;
    }
    if (asked.equals(AS_ESTIMATED)) {
      return Double.NaN;
    }
    Double sigma = Doubles.tryParse(asked);
    if (sigma != null && sigma >= 0 && sigma <= MOST_NOISE) {
      return sigma;
    }
    throw new ParameterException(
        command.commandLine(),
        "--noise is " + asked + ", neither a number from 0 to 3 nor " + AS_ESTIMATED);
  }

  private int runs() {
    Long asked = runs;
    if (asked == null) {
      return noise == null ? 1 : RUNS_WITH_NOISE;
    }
    if (asked < 1 || asked > MOST_RUNS) {
      throw new ParameterException(
          command.commandLine(), "--runs is " + asked + ", not a number from 1 to " + MOST_RUNS);
    }
    return asked.intValue();
  }

  private static Deviations deviations(double sigma, Prepared prepared, Plan plan) {
    return Double.isNaN(sigma)
        ? Deviations.of(
            plan.steps(), plan.steps().stream().map(new StepEstimates(prepared)).toList())
        : Deviations.independent(plan.steps().size(), sigma);
  }
}

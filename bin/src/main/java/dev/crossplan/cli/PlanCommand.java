package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import dev.crossplan.cross.CrossPlatforms;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanJson;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code crossplan plan}: manifest in, plan out. */
@Command(
    name = "plan",
    description = {
      "Plans the builds of an image: every package once, by the cheapest way that works.",
      ""
    })
final class PlanCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Parameters(paramLabel = "MANIFEST", description = "What to build from what: a crossplan.toml.")
  private Path file;

  @Override
  public Integer call() {
    OutputTarget output = options.output();
    Plan plan;
    try (ProgressLine progress = options.progress()) {
      progress.start("reading " + file);
      Manifest manifest = ManifestReader.read(file);
      ImmutableList<Builder> builders = LocalBuilder.unlessNamed(manifest);
      plan =
          new Planner(
                  new CrossPlatforms(),
                  new PlanOptions(options.objective(), options.timeLimit(), options.seed()),
                  progress)
              .plan(manifest, builders);
    }
    output.write(out -> PlanJson.write(out, plan));
    return ExitStatus.DONE;
  }
}

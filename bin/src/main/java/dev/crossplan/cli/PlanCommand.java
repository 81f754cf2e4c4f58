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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

  @Option(names = "--all", description = "List every step, not only the longest builds.")
  private boolean all;

  @Override
  public Integer call() {
    CommonOptions.Format format =
        options.format(
            CommonOptions.Format.TEXT, CommonOptions.Format.JSON, CommonOptions.Format.DOT);
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
    switch (format) {
      case JSON -> output.write(out -> PlanJson.write(out, plan));
      case DOT -> output.write(out -> out.write(PlanDot.of(plan).getBytes(StandardCharsets.UTF_8)));
      case TEXT -> {
        String text = new PlanText(plan, options.terminal(), all).toString();
        output.write(out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
      }
    }
    return ExitStatus.DONE;
  }
}

package dev.crossplan.cli;

import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanDerivations;
import dev.crossplan.planner.plan.PlanJson;
import dev.crossplan.planner.plan.PlanNix;
import dev.crossplan.planner.plan.PlanOverlay;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
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

  @Option(
      names = "--self-contained",
      description =
          "With --format nix: write out every derivation, so that no .drv need be in the store.")
  private boolean selfContained;

  @Mixin private HistoryOption history;

  @Override
  public Integer call() {
    CommonOptions.Format format =
        options.format(
            CommonOptions.Format.TEXT,
            CommonOptions.Format.JSON,
            CommonOptions.Format.DOT,
            CommonOptions.Format.NIX,
            CommonOptions.Format.OVERLAY);
    OutputTarget output = options.output();
    OutputTarget.Content content;
    try (ProgressLine progress = options.progress()) {
      progress.start("reading " + file);
      Manifest manifest = ManifestReader.read(file);
      Planner planner = options.planner(progress);
      Prepared prepared = planner.prepare(manifest, LocalBuilder.unlessNamed(manifest));
      Plan plan = history.plan(experience -> planner.plan(prepared, experience));
      content =
          switch (format) {
            case JSON -> out -> PlanJson.write(out, plan);
            case DOT -> text(PlanDot.of(plan));
            case TEXT -> text(new PlanText(plan, options.terminal(), all).toString());
            case NIX -> nix(planner.derivations(prepared, plan));
            case OVERLAY -> out -> PlanOverlay.write(out, prepared, plan);
            case CSV -> throw new IllegalStateException("a plan is no table");
          };
    }
    output.write(content);
    return ExitStatus.DONE;
  }

  private static OutputTarget.Content text(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private OutputTarget.Content nix(PlanDerivations derivations) {
    return out -> {
      if (selfContained) {
        PlanNix.writeSelfContained(out, derivations);
      } else {
        PlanNix.write(out, derivations);
      }
    };
  }
}

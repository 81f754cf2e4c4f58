package dev.crossplan.cli;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.execute.PlanBuild;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.NixProgram;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanDerivations;
import dev.crossplan.planner.plan.PlanJson;
import dev.crossplan.planner.plan.PlanNix;
import dev.crossplan.planner.plan.PlanOverlay;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
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

  @Mixin private BuildersOption builders;

  @Mixin private HistoryOption history;
  @Mixin private DeadlineOption deadline;

  @Override
  public Integer call() {
    CommonOptions.Format format =
        options.format(
            CommonOptions.Format.TEXT,
            CommonOptions.Format.JSON,
            CommonOptions.Format.DOT,
            CommonOptions.Format.NIX,
            CommonOptions.Format.OVERLAY);
    if (format == CommonOptions.Format.OVERLAY) {
      options.preferToolsAsEvaluated(); // overlays cannot say where a tool runs
    }
    OutputTarget output = options.output();
    OutputTarget.Content content;
    Runnable remarks = () -> {};
    Plan plan;
    try (ProgressLine progress = options.progress()) {
      progress.start("reading " + file);
      Manifest manifest = builders.read(file);
      Planner planner = deadline.planner(options, progress);
      Prepared prepared = history.prepare(planner, manifest);
      plan = history.plan(planner, prepared);
      deadline.check(plan);
      content =
          switch (format) {
            case JSON -> out -> PlanJson.write(out, plan);
            case DOT -> text(PlanDot.of(plan));
            case TEXT ->
                text(
                    new PlanText(plan, options.terminal(), all)
                        + history.timesNote(manifest, options.terminal()));
            case NIX -> {
              remarks = () -> remarkOtherStore(prepared);
              yield nix(planner.derivations(prepared, plan));
            }
            case OVERLAY -> {
              PlanOverlay overlay = PlanOverlay.of(prepared, plan);
              remarks = () -> remarkShortcomings(overlay);
              yield overlay::write;
            }
            case CSV, MACHINES -> throw new IllegalStateException("a plan is no table");
          };
    }
    output.write(content);
    Remark.unknownPrices(options.terminal(), plan);
    if (format == CommonOptions.Format.TEXT) {
      history.tellFailures(plan, options.terminal());
    }
    remarks.run();
    history.tell(plan.lost(), options.terminal());
    return plan.lost().isNothing() ? ExitStatus.DONE : ExitStatus.NOT_POSSIBLE;
  }

  /** The Nix of this machine is mostly the one that is to build it. */
  private void remarkOtherStore(Prepared prepared) {
    NixProgram nix = new NixProgram(ImmutableMap.copyOf(System.getenv()));
    if (nix.find("nix-instantiate").isPresent()) {
      PlanBuild.otherStore(prepared, nix)
          .ifPresent(
              other ->
                  Remark.print(
                      options.terminal(),
                      String.valueOf(other.getMessage()),
                      List.of(),
                      other.remedy().stream().toList()));
    }
  }

  private void remarkShortcomings(PlanOverlay overlay) {
    if (!overlay.remedies().isEmpty()) {
      Remark.print(
          options.terminal(),
          "not all that overlays could replace is evaluated as an attribute: a package may be built"
              + " in each instance",
          List.of(),
          overlay.remedies());
    }
    if (!overlay.failuresAgain().isEmpty()) {
      Remark.print(
          options.terminal(),
          "what failed before is built with these overlays nevertheless",
          overlay.failuresAgain(),
          List.of("Maybe build the plan itself: crossplan build, or plan --format nix."));
    }
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

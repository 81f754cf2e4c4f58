package dev.crossplan.cli;

import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Explanation;
import dev.crossplan.planner.plan.ExplanationJson;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code crossplan explain}: why a package is made the way it is. */
@Command(
    name = "explain",
    description = {
      "Explains one package of a plan: its variants and why they are one package, what each"
          + " alternative costs for the whole plan, and who needs it.",
      ""
    })
final class ExplainCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Parameters(index = "0", paramLabel = "MANIFEST", description = "A crossplan.toml.")
  private Path file;

  @Parameters(
      index = "1",
      paramLabel = "PACKAGE",
      description = "An attribute, a package name, or a name with version.")
  private String packageName;

  @Mixin private HistoryOption history;

  @Override
  public Integer call() {
    OutputTarget output = options.output();
    Explanation explanation;
    try (ProgressLine progress = options.progress()) {
      progress.start("reading " + file);
      Manifest manifest = ManifestReader.read(file);
      Planner planner = options.planner(progress);
      Prepared prepared = history.prepare(planner, manifest);
      explanation = history.explain(planner, prepared, packageName);
    }
    switch (options.format(CommonOptions.Format.TEXT, CommonOptions.Format.JSON)) {
      case JSON -> output.write(out -> ExplanationJson.write(out, explanation));
      default -> output.write(new ExplanationText(explanation, options.terminal()).toString());
    }
    history.tell(explanation.lost(), options.terminal());
    return ExitStatus.DONE;
  }
}

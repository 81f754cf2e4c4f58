package dev.crossplan.cli;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.alternative.Experience;
import dev.crossplan.planner.execute.History;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Explanation;
import dev.crossplan.planner.plan.ExplanationJson;
import dev.crossplan.planner.plan.Planner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

  @Option(
      names = "--with-history",
      description = "Explain what build would do: what failed on this machine is not tried again.")
  private boolean withHistory;

  @Override
  public Integer call() {
    OutputTarget output = options.output();
    Explanation explanation;
    try (ProgressLine progress = options.progress()) {
      progress.start("reading " + file);
      Manifest manifest = ManifestReader.read(file);
      Planner planner = options.planner(progress);
      explanation = explain(planner, manifest, withHistory ? failures() : Experience.NONE);
    }
    switch (options.format(CommonOptions.Format.TEXT, CommonOptions.Format.JSON)) {
      case JSON -> output.write(out -> ExplanationJson.write(out, explanation));
      default -> output.write(new ExplanationText(explanation, options.terminal()).toString());
    }
    return ExitStatus.DONE;
  }

  private Explanation explain(Planner planner, Manifest manifest, Experience experience) {
    try {
      return planner.explain(
          planner.prepare(manifest, LocalBuilder.unlessNamed(manifest)), experience, packageName);
    } catch (NoPlanException e) {
      if (experience.failed().isEmpty()) {
        throw e;
      }
      throw new NoPlanException(
          String.valueOf(e.getMessage()),
          "Maybe mend it, then build --retry; without --with-history it is explained as if nothing"
              + " had failed.");
    }
  }

  private static Experience failures() {
    Path history = History.file(ImmutableMap.copyOf(System.getenv()));
    if (!Files.exists(history)) {
      return Experience.NONE;
    }
    try (History open = History.open(history)) {
      return new Experience(open.failures(ZoneId.systemDefault()), ImmutableSet.of());
    }
  }
}

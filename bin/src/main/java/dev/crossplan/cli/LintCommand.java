package dev.crossplan.cli;

import dev.crossplan.cross.CrossPlatforms;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.lint.Finding;
import dev.crossplan.planner.lint.FindingJson;
import dev.crossplan.planner.lint.Lint;
import dev.crossplan.planner.plan.Planner;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code crossplan lint}: what the instances of a manifest cost for nothing. */
@Command(
    name = "lint",
    description = {
      "Looks at the instances of a manifest: what their overlays cost, which are the same, which are"
          + " forked by a flag, what asks for features that no builder has or for instructions that"
          + " the board has not, and what could not be told to be one package.",
      ""
    })
final class LintCommand implements Callable<Integer> {
  /** So many details are shown of each finding. */
  private static final int DETAILS = 5;

  @Mixin private CommonOptions options;

  @Parameters(paramLabel = "MANIFEST", description = "A crossplan.toml.")
  private Path file;

  @Option(names = "--all", description = "Show every detail, not only the first of each finding.")
  private boolean all;

  @Override
  public Integer call() {
    CommonOptions.Format format =
        options.format(CommonOptions.Format.TEXT, CommonOptions.Format.JSON);
    OutputTarget output = options.output();
    List<Finding> findings;
    try (ProgressLine progress = options.progress()) {
      progress.start("reading " + file);
      Manifest manifest = ManifestReader.read(file);
      Planner planner = options.planner(progress);
      findings =
          Lint.check(planner, manifest, LocalBuilder.unlessNamed(manifest), new CrossPlatforms());
    }
    switch (format) {
      case JSON -> output.write(out -> FindingJson.write(out, findings));
      default -> output.write(text(findings));
    }
    return ExitStatus.DONE;
  }

  private String text(List<Finding> findings) {
    if (findings.isEmpty()) {
      return "nothing found\n";
    }
    StringBuilder text = new StringBuilder();
    for (Finding finding : findings) {
      text.append(text.length() == 0 ? "" : "\n")
          .append(
              sentence(
                  finding.severity() + ": " + finding.message() + " [" + finding.rule() + "]"));
      int shown = all ? finding.details().size() : Math.min(DETAILS, finding.details().size());
      for (String detail : finding.details().subList(0, shown)) {
        text.append(Prose.item(options.terminal(), Visible.line(detail)));
      }
      if (shown < finding.details().size()) {
        text.append(
            Prose.item(
                options.terminal(), "and " + (finding.details().size() - shown) + " more (--all)"));
      }
      text.append(sentence(finding.remedy()));
    }
    return text.toString();
  }

  private String sentence(String text) {
    return Prose.sentence(options.terminal(), Visible.line(text));
  }
}

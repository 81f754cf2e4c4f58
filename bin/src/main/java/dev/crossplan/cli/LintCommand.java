package dev.crossplan.cli;

import com.google.common.base.MoreObjects;
import dev.crossplan.cross.CrossPlatforms;
import dev.crossplan.planner.Bytes;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.lint.Finding;
import dev.crossplan.planner.lint.FindingJson;
import dev.crossplan.planner.lint.InstanceCost;
import dev.crossplan.planner.lint.Lint;
import dev.crossplan.planner.lint.SecondInstance;
import dev.crossplan.planner.plan.Planner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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

  @Option(
      names = "--all",
      description = "Show every detail and every package, not only the first of each finding.")
  private boolean all;

  @Option(
      names = "--fix",
      description =
          "Rewrite the manifest with a second instance for the few packages that want the overlays"
              + " of one, where that saves builds.")
  private boolean fix;

  @Option(
      names = "--fix-into",
      paramLabel = "FILE",
      description = "The same, but leave the manifest and write FILE beside it.")
  private @Nullable Path fixInto;

  @Override
  public Integer call() {
    CommonOptions.Format format =
        options.format(CommonOptions.Format.TEXT, CommonOptions.Format.JSON);
    OutputTarget output = options.output();
    Path fixed = MoreObjects.firstNonNull(fixInto, file);
    checkPlace(fixed); // before anything is evaluated
    Lint.Report report;
    Manifest manifest;
    try (ProgressLine progress = options.progress()) {
      progress.start("reading " + file);
      manifest = ManifestReader.read(file);
      Planner planner = options.planner(progress);
      report =
          Lint.check(planner, manifest, LocalBuilder.unlessNamed(manifest), new CrossPlatforms());
    }
    Remark.warnings(options.terminal(), report.warnings());
    switch (format) {
      case JSON -> output.write(out -> FindingJson.write(out, report));
      default -> output.write(text(report.findings()) + costs(report.costs()));
    }
    if (fix || fixInto != null) {
      fix(manifest, report.findings(), fixed);
    }
    return ExitStatus.DONE;
  }

  private void checkPlace(Path target) {
    if (!target.equals(file) && Files.exists(target)) {
      throw new InputException(
          target + ": is there already",
          "Maybe name another one, or rewrite the manifest itself: --fix.");
    }
    if (!folderOf(target).equals(folderOf(file))) {
      throw new InputException(
          target + ": is in another folder than " + file + ", whose paths start there",
          "Maybe name a file beside it: --fix-into " + file.resolveSibling("fixed.toml"));
    }
  }

  private void fix(Manifest manifest, List<Finding> findings, Path target) {
    List<SecondInstance.Split> splits =
        findings.stream().flatMap(finding -> finding.split().stream()).toList();
    if (splits.isEmpty()) {
      options
          .terminal()
          .err()
          .println(
              "--fix: nothing is written, since no second instance would save the image anything");
      return;
    }
    try {
      String text = SecondInstance.text(manifest, Files.readString(file), splits);
      checkIsMeant(manifest, text, splits);
      OutputTarget.of(options.terminal(), target).write(text);
    } catch (IOException e) {
      throw new InputException(
          file + ": cannot be read any more: " + e.getMessage(),
          "Maybe it was moved meanwhile; run it again.",
          e);
    }
    options.terminal().err().println(Visible.line("--fix: wrote " + target));
    for (SecondInstance.Split split : splits) {
      for (SecondInstance.Loss loss : split.losses()) {
        options
            .terminal()
            .err()
            .println(Visible.line("--fix: of " + split.instance() + ", " + loss.sentence()));
      }
    }
  }

  /**
   * Reads a new manifest.
   *
   * @throws InputException if it is not what was meant: whoever writes keys in quotes, say, has one
   *     that is not edited here
   */
  private void checkIsMeant(Manifest manifest, String text, List<SecondInstance.Split> splits)
      throws IOException {
    Path draft = Files.createTempFile(folderOf(file), ".crossplan-fix", ".toml");
    try {
      Files.writeString(draft, text);
      if (SecondInstance.isDone(manifest, ManifestReader.read(draft), splits)) {
        return;
      }
    } catch (InputException e) {
      // as it cannot be read, it is not what was meant
    } finally {
      Files.delete(draft);
    }
    throw new InputException(
        file + ": is written in a way that --fix cannot edit; it is as it was",
        "Maybe follow the remedies by hand, or write keys without quotes and one a line.");
  }

  private static Path folderOf(Path file) {
    return file.toAbsolutePath().resolveSibling(".").normalize();
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
      if (all) {
        for (String name : finding.packages()) {
          text.append(Prose.item(options.terminal(), Visible.line(name)));
        }
      }
      text.append(sentence(finding.remedy()));
    }
    return text.toString();
  }

  /** What each evaluation took, when it was last done; nothing where none was. */
  private String costs(List<InstanceCost> costs) {
    List<InstanceCost> own = costs.stream().filter(cost -> cost.with().isEmpty()).toList();
    return own.isEmpty()
        ? ""
        : "\n"
            + Table.of(
                options.terminal(),
                own,
                List.of(
                    Table.text("evaluating", InstanceCost::instance),
                    Table.number(
                        "took",
                        cost -> String.format(Locale.ROOT, "%.1f s", cost.cost().seconds())),
                    Table.number("memory", LintCommand::memory),
                    Table.text("did for", cost -> others(cost, costs))));
  }

  private static String memory(InstanceCost cost) {
    return cost.cost().peakBytes().isEmpty()
        ? "unknown"
        : Bytes.mebibytes(cost.cost().peakBytes().getAsLong());
  }

  private static String others(InstanceCost cost, List<InstanceCost> costs) {
    List<String> others =
        costs.stream()
            .filter(other -> other.with().equals(Optional.of(cost.instance())))
            .map(InstanceCost::instance)
            .toList();
    return others.size() > DETAILS ? others.size() + " others" : String.join(", ", others);
  }

  private String sentence(String text) {
    return Prose.sentence(options.terminal(), Visible.line(text));
  }
}

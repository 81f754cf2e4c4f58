package dev.crossplan.cli;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.cross.inspection.Inspection;
import dev.crossplan.cross.inspection.InspectionJson;
import dev.crossplan.cross.inspection.InspectionReport;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.execute.InspectionTarget;
import dev.crossplan.planner.execute.RuntimeClosures;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code crossplan verify}: whether what was built is for the board, and nothing else is in it. */
@Command(
    name = "verify",
    description = {
      "Checks files that were built: every ELF file is for the target, in its ABI and within its"
          + " instruction set; loaders, libraries and interpreters of scripts are found in the"
          + " closure; nothing is for another machine.",
      "",
      "Of a path in the Nix store all is checked that it refers to; any other folder is taken for"
          + " all that there is, and may be the root of an image. Exit status 1 if anything is"
          + " wrong.",
      ""
    })
final class VerifyCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Parameters(
      paramLabel = "PATH",
      arity = "1..*",
      description =
          "Paths in the Nix store, links to such (./result), folders or files; several make up one"
              + " closure.")
  private List<Path> files;

  @Option(
      names = "--manifest",
      paramLabel = "FILE",
      description = "A crossplan.toml; its target is what is checked against.")
  private @Nullable Path manifest;

  @Option(
      names = "--system",
      paramLabel = "SYSTEM",
      description = "Where it is to run (default: riscv64-linux).")
  private @Nullable String system;

  @Option(
      names = "--march",
      paramLabel = "ISA",
      description = "What the board offers (default: rv64gc).")
  private @Nullable String march;

  @Option(
      names = "--except",
      paramLabel = "GLOB",
      description =
          "Leaves files out whose absolute path fits, such as '**/testdata/**'; may be given more"
              + " than once.")
  private List<String> except = List.of();

  @Override
  public Integer call() throws InterruptedException {
    OutputTarget output = options.output();
    CommonOptions.Format format =
        options.format(CommonOptions.Format.TEXT, CommonOptions.Format.JSON);
    List<PathMatcher> exceptions = except.stream().map(VerifyCommand::matcher).toList();
    Manifest.Target target =
        manifest == null
            ? new Manifest.Target("riscv64-linux", Optional.empty())
            : ManifestReader.read(manifest).target();
    InspectionReport report;
    try (ProgressLine progress = options.progress()) {
      progress.start("asking Nix for the closure");
      VerifiedPaths paths =
          VerifiedPaths.of(files, new RuntimeClosures(ImmutableMap.copyOf(System.getenv())));
      progress.start("looking at " + paths.closure().size() + " paths");
      InspectionTarget expected =
          new InspectionTarget(
              system == null ? target.system() : system,
              march == null ? target.march() : Optional.of(march),
              paths.closure());
      report =
          new Inspection(file -> exceptions.stream().anyMatch(each -> each.matches(file)))
              .inspect(paths.lookedAt(), paths.roots(), expected);
    }
    if (report.counts().files() == 0 && report.faults().isEmpty()) {
      throw new InputException(
          "there is no file to look at in " + files.stream().map(Path::toString).toList(),
          "Maybe another path is meant.");
    }
    switch (format) {
      case JSON -> output.write(out -> InspectionJson.write(out, report));
      default -> output.write(new InspectionText(report, options.terminal()).toString());
    }
    return report.faults().isEmpty() ? ExitStatus.DONE : ExitStatus.NOT_POSSIBLE;
  }

  private static PathMatcher matcher(String glob) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      throw new InputException(
          "--except " + glob + " is no pattern: " + e.getDescription(),
          "Maybe put \\ before the character that is meant as it is.");
    }
  }
}

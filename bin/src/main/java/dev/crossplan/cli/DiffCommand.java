package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.instance.CommittedOverlays;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.instance.NixProgram;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.rebuild.Comparison;
import dev.crossplan.planner.rebuild.Rebuild;
import dev.crossplan.planner.rebuild.RebuildJson;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** {@code crossplan diff}: what has to be built anew from one manifest, or commit, to another. */
@Command(
    name = "diff",
    description = {
      "Tells what has to be built anew when instances of nixpkgs change: which derivations changed"
          + " by themselves, and which only because an input did, from cause to effect; how many"
          + " could be substituted before; how long building them takes.",
      "",
      "Compares the instances of two manifests, those of one name with one another; or those of one"
          + " manifest with the same at another commit (--rev).",
      ""
    })
final class DiffCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Spec private CommandSpec command;

  @Parameters(index = "0", paramLabel = "BEFORE", description = "A crossplan.toml.")
  private Path beforeFile;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "AFTER",
      description = "Another one; left out, the same with --rev.")
  private @Nullable Path afterFile;

  @Option(
      names = "--rev",
      paramLabel = "COMMIT",
      description =
          "Pins every evaluated instance of AFTER to this commit; of a repository on this machine"
              + " also HEAD, a branch or a tag. Overlays in that repository are taken from there too.")
  private @Nullable String revision;

  @Option(names = "--all", description = "Show the whole tree, not only the largest branches.")
  private boolean all;

  /** What is not seen in the result. */
  private final List<String> told = new ArrayList<>();

  @Override
  public Integer call() {
    CommonOptions.Format format =
        options.format(CommonOptions.Format.TEXT, CommonOptions.Format.JSON);
    OutputTarget output = options.output();
    if (afterFile == null && revision == null) {
      throw new ParameterException(
          command.commandLine(), "diff needs two manifests, or one and --rev COMMIT");
    }
    Rebuild rebuild;
    ImmutableList<String> warnings;
    try (ProgressLine progress = options.progress()) {
      progress.start("reading " + beforeFile);
      Manifest before = ManifestReader.read(beforeFile);
      Manifest after = afterFile == null ? before : ManifestReader.read(afterFile);
      ImmutableList<Instance> now = revision == null ? after.instances() : pinned(after, revision);
      Manifest both = both(before, after, now);
      Planner planner = options.planner(progress);
      Prepared prepared = planner.prepare(both, LocalBuilder.unlessNamed(both));
      int count = before.instances().size();
      warnings = prepared.substitutes().warnings();
      tellFailures(prepared.packages().graph(), count);
      rebuild = planner.rebuild(prepared, Comparison.ofFirst(count, both.instances()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted", null, e);
    }
    told.forEach(each -> options.terminal().err().println(Visible.line(each)));
    Remark.warnings(options.terminal(), warnings);
    switch (format) {
      case JSON -> output.write(out -> RebuildJson.write(out, rebuild));
      default -> output.write(new RebuildText(rebuild, options.terminal(), all).toString());
    }
    return ExitStatus.DONE;
  }

  private ImmutableList<Instance> pinned(Manifest manifest, String commit)
      throws InterruptedException {
    if (manifest.instances().stream()
        .noneMatch(instance -> instance.source() instanceof Instance.Nixpkgs)) {
      throw new InputException(
          manifest.file() + ": no instance is evaluated, so --rev pins none",
          "Maybe name two manifests, each with the graphs of one commit.");
    }
    CommittedOverlays overlays =
        new CommittedOverlays(new NixProgram(ImmutableMap.copyOf(System.getenv())), commit);
    ImmutableList.Builder<Instance> pinned = ImmutableList.builder();
    for (Instance instance : manifest.instances()) {
      pinned.add(overlays.pin(instance));
    }
    overlays
        .origins()
        .forEach((overlay, origin) -> told.add("after, the overlay " + overlay + " " + origin));
    return pinned.build();
  }

  /** What of an image does not evaluate is in no count. */
  private void tellFailures(DerivationGraph graph, int first) {
    for (int number = 0; number < graph.instances().size(); number++) {
      String name =
          (number < first ? "before, " : "after, ") + graph.instances().get(number).name();
      graph
          .failures(number)
          .forEach(
              (attribute, why) -> told.add(name + ": " + attribute + " does not count: " + why));
    }
  }

  /**
   * Each is for what its own image takes and for nothing else: where that is not said, packages
   * that are found by their names are tried too.
   */
  private static ImmutableList<Instance> naming(
      Manifest manifest, ImmutableList<Instance> instances) {
    return instances.stream()
        .map(instance -> instance.naming(manifest.image()))
        .collect(ImmutableList.toImmutableList());
  }

  /** One manifest with the instances of both, those of before first; the rest is that of after. */
  private static Manifest both(Manifest before, Manifest after, ImmutableList<Instance> now) {
    return after
        .withImage(
            ImmutableSet.<String>builder()
                .addAll(before.image())
                .addAll(after.image())
                .build()
                .asList())
        .with(
            ImmutableList.<Instance>builder()
                .addAll(naming(before, before.instances()))
                .addAll(naming(after, now))
                .build(),
            ImmutableSet.<Manifest.Substituter>builder()
                .addAll(before.substituters())
                .addAll(after.substituters())
                .build()
                .asList());
  }
}

package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.rebuild.Comparison;
import dev.crossplan.planner.rebuild.Rebuild;
import dev.crossplan.planner.rebuild.RebuildJson;
import java.nio.file.Path;
import java.util.Optional;
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
              + " also HEAD, a branch or a tag.")
  private @Nullable String revision;

  @Option(names = "--all", description = "Show the whole tree, not only the largest branches.")
  private boolean all;

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
    try (ProgressLine progress = options.progress()) {
      progress.start("reading " + beforeFile);
      Manifest before = ManifestReader.read(beforeFile);
      Manifest after = afterFile == null ? before : ManifestReader.read(afterFile);
      ImmutableList<Instance> now = revision == null ? after.instances() : pinned(after, revision);
      Manifest both = both(before, after, now);
      Planner planner = options.planner(progress);
      rebuild =
          planner.rebuild(
              planner.prepare(both, LocalBuilder.unlessNamed(both)),
              Comparison.ofFirst(before.instances().size(), both.instances()));
    }
    switch (format) {
      case JSON -> output.write(out -> RebuildJson.write(out, rebuild));
      default -> output.write(new RebuildText(rebuild, options.terminal(), all).toString());
    }
    return ExitStatus.DONE;
  }

  private static ImmutableList<Instance> pinned(Manifest manifest, String commit) {
    ImmutableList.Builder<Instance> pinned = ImmutableList.builder();
    boolean any = false;
    for (Instance instance : manifest.instances()) {
      if (instance.source() instanceof Instance.Nixpkgs nixpkgs) {
        any = true;
        pinned.add(
            new Instance(
                instance.name(),
                instance.local(),
                instance.cross(),
                new Instance.Nixpkgs(
                    nixpkgs.nixpkgs(),
                    Optional.of(commit),
                    nixpkgs.overlays(),
                    nixpkgs.attributes())));
      } else {
        pinned.add(instance);
      }
    }
    if (!any) {
      throw new InputException(
          manifest.file() + ": no instance is evaluated, so --rev pins none",
          "Maybe name two manifests, each with the graphs of one commit.");
    }
    return pinned.build();
  }

  /** Where the images differ, instances that name no attributes are for that of their manifest. */
  private static ImmutableList<Instance> naming(
      Manifest manifest, ImmutableList<Instance> instances, Manifest other) {
    if (manifest.image().equals(other.image())) {
      return instances;
    }
    ImmutableList.Builder<Instance> naming = ImmutableList.builder();
    for (Instance instance : instances) {
      naming.add(
          instance.source() instanceof Instance.Nixpkgs nixpkgs && nixpkgs.attributes().isEmpty()
              ? new Instance(
                  instance.name(),
                  instance.local(),
                  instance.cross(),
                  new Instance.Nixpkgs(
                      nixpkgs.nixpkgs(), nixpkgs.revision(), nixpkgs.overlays(), manifest.image()))
              : instance);
    }
    return naming.build();
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
                .addAll(naming(before, before.instances(), after))
                .addAll(naming(after, now, before))
                .build(),
            ImmutableSet.<Manifest.Substituter>builder()
                .addAll(before.substituters())
                .addAll(after.substituters())
                .build()
                .asList());
  }
}

package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.cross.CrossPlatforms;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.execute.BuildEvent;
import dev.crossplan.planner.execute.BuildOptions;
import dev.crossplan.planner.execute.BuildReport;
import dev.crossplan.planner.execute.NixInstallation;
import dev.crossplan.planner.execute.OutputInspection;
import dev.crossplan.planner.execute.PlanBuild;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Host;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code crossplan build}: manifest in, image in the Nix store of this machine. */
@Command(
    name = "build",
    description = {
      "Builds an image on this machine, as planned: what fails is made in the next way, the rest"
          + " goes on, and what is built is never built again, however a run ends.",
      ""
    })
final class BuildCommand implements Callable<Integer> {
  private static final int PATIENCE_SECONDS = 15;

  @Mixin private CommonOptions options;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MANIFEST", description = "What to build from what: a crossplan.toml.")
  private Path file;

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  private boolean dryRun;

  @Option(
      names = "--out-link",
      paramLabel = "NAME",
      defaultValue = "result",
      description = "Link to what is built; of several attributes, NAME-2 … too (default: result).")
  private Path outLink;

  @Option(names = "--no-out-link", description = "Make no link; garbage collection is free then.")
  private boolean noOutLink;

  @Option(
      names = "--cores",
      paramLabel = "NUMBER",
      description = "Cores for each build (default: what Nix is configured for).")
  private @Nullable Integer cores;

  @Option(names = "--retry", description = "Try again what failed in earlier runs.")
  private boolean retry;

  @Override
  public Integer call() throws InterruptedException {
    if (cores != null && cores < 0) {
      throw new ParameterException(spec.commandLine(), "--cores is " + cores + ", not 0 or more");
    }
    PrintWriter err = options.terminal().err();
    ImmutableMap<String, String> environment = ImmutableMap.copyOf(System.getenv());
    PlanBuild build;
    try (ProgressLine progress = options.progress()) {
      progress.start("reading " + file);
      Manifest manifest = ManifestReader.read(file);
      ImmutableList<Builder> builders = local(manifest, err);
      NixInstallation nix = NixInstallation.find(environment);
      Planner planner =
          new Planner(
              new CrossPlatforms(),
              new PlanOptions(options.objective(), options.timeLimit(), options.seed()),
              progress);
      Prepared image = planner.prepare(manifest, builders);
      build =
          new PlanBuild(
              planner,
              image,
              nix,
              new BuildOptions(
                  environment,
                  noOutLink ? Optional.empty() : Optional.of(outLink),
                  cores == null ? OptionalInt.empty() : OptionalInt.of(cores),
                  retry),
              this::show,
              OutputInspection.NONE);
      if (dryRun) {
        build.rehearse();
        return ExitStatus.DONE;
      }
      return run(build);
    }
  }

  /** Ctrl-C and kill let the run end in order, and say so; Java ends when that is done. */
  private int run(PlanBuild build) throws InterruptedException {
    Crossplan crossplan = (Crossplan) spec.root().userObject();
    Thread ending =
        new Thread(
            () -> {
              try {
                boolean unused = build.interrupt() && crossplan.awaitEnd(PATIENCE_SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    Runtime.getRuntime().addShutdownHook(ending);
    BuildReport report = build.run();
    if (report.interrupted()) {
      PrintWriter err = options.terminal().err();
      err.println("stopped; what is built is kept, and the same command goes on from here");
      err.flush();
      return ExitStatus.INTERRUPTED;
    }
    return report.succeeded() ? ExitStatus.DONE : ExitStatus.NOT_POSSIBLE;
  }

  /** The builders that are this machine. */
  private static ImmutableList<Builder> local(Manifest manifest, PrintWriter err) {
    ImmutableList.Builder<Builder> local = ImmutableList.builder();
    for (Builder builder : LocalBuilder.unlessNamed(manifest)) {
      if (builder.uri().isEmpty()) {
        checkSystem(manifest, builder);
        local.add(builder);
      } else {
        err.println(
            Visible.line(
                "builder "
                    + builder.name()
                    + " is left out: "
                    + builder.uri().get()
                    + " is another machine"));
      }
    }
    ImmutableList<Builder> found = local.build();
    if (found.isEmpty()) {
      throw new InputException(
          manifest.file() + ": no builder is this machine, and others are not used yet",
          "Maybe add a [[builder]] without uri.");
    }
    return found;
  }

  private static void checkSystem(Manifest manifest, Builder builder) {
    if (!builder.systems().contains(Host.system())) {
      throw new InputException(
          manifest.file()
              + ": builder "
              + builder.name()
              + " has no uri, so it is this machine, which runs "
              + Host.system()
              + " and not "
              + String.join(", ", builder.systems()),
          "Maybe give it a uri, or say what it emulates.");
    }
  }

  private void show(BuildEvent event) {
    PrintWriter err = options.terminal().err();
    if (event instanceof BuildEvent.Planned planned) {
      err.println(
          "planned: " + planned.done().size() + " done, " + planned.todo().size() + " to do");
    } else if (event instanceof BuildEvent.Started started) {
      err.println("start " + started.step().word() + " " + name(started.step().label()));
    } else if (event instanceof BuildEvent.Finished finished) {
      err.println("done " + finished.step().word() + " " + name(finished.step().label()));
    } else if (event instanceof BuildEvent.Failed failed) {
      err.println(
          "failed "
              + failed.step().word()
              + " "
              + name(failed.step().label())
              + ": "
              + failed.why());
      failed.lastLines().forEach(line -> err.println("  " + Visible.line(line)));
    } else if (event instanceof BuildEvent.Replanned replanned) {
      err.println(
          "instead of "
              + replanned.failed().word()
              + " "
              + name(replanned.failed().label())
              + ": "
              + replanned.instead().orElse("nothing"));
    } else if (event instanceof BuildEvent.GivenUp givenUp) {
      err.println("given up " + name(givenUp.step().label()));
    } else if (event instanceof BuildEvent.Ended ended) {
      ended.report().causes().forEach(cause -> cause.why().forEach(err::println));
      ended.report().image().values().forEach(outputs -> outputs.values().forEach(err::println));
    }
    err.flush();
  }

  private static String name(String label) {
    return Visible.line(label);
  }
}

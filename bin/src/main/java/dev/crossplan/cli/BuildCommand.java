package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.cross.inspection.Inspection;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.execute.BuildListener;
import dev.crossplan.planner.execute.BuildOptions;
import dev.crossplan.planner.execute.BuildReport;
import dev.crossplan.planner.execute.PlanBuild;
import dev.crossplan.planner.history.StateHome;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Host;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.machine.NixInstallation;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code crossplan build}: manifest in, image in the Nix store of this machine, whichever builders
 * it took.
 */
@Command(
    name = "build",
    description = {
      "Builds an image on this machine and others, as planned: what fails is made in the next way,"
          + " what a machine leaves behind is done by another, the rest goes on, and what is built is"
          + " never built again, however a run ends.",
      ""
    })
final class BuildCommand implements Callable<Integer> {
  private static final int PATIENCE_SECONDS = 15;
  private static final int MOST_PORT = 65535;

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

  @Option(
      names = "--builder-timeout",
      paramLabel = "DURATION",
      converter = DeadlineOption.Time.class,
      description =
          "How long another machine may not answer before others do what it was at (default: 1 min).")
  private Duration silence = BuildOptions.USUAL_SILENCE;

  @Option(
      names = "--wait-for-builders",
      paramLabel = "DURATION",
      converter = DeadlineOption.Time.class,
      description =
          "How long to wait for machines to come back before what only they can do is made otherwise,"
              + " or the run ends if there is no other way (default: 10 min).")
  private Duration patience = BuildOptions.USUAL_PATIENCE;

  @Mixin private BuildersOption builders;

  private @Nullable Integer metricsPort;

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      description =
          "Serve metrics for Prometheus meanwhile, to this machine alone:"
              + " http://127.0.0.1:PORT/metrics. 0 takes a port that is free, and says which.")
  void metricsPort(long port) {
    if (port < 0 || port > MOST_PORT) {
      throw new ParameterException(
          spec.commandLine(), "--metrics-port is " + port + ", not a port from 0 to " + MOST_PORT);
    }
    metricsPort = (int) port;
  }

  @Override
  public Integer call() {
    if (cores != null && cores < 0) {
      throw new ParameterException(spec.commandLine(), "--cores is " + cores + ", not 0 or more");
    }
    CommonOptions.Format format =
        options.format(CommonOptions.Format.TEXT, CommonOptions.Format.JSON);
    AtomicReference<@Nullable BuildReport> made = new AtomicReference<>();
    options.output().write(out -> made.set(build(format, out)));
    BuildReport report = Objects.requireNonNull(made.get());
    if (report.interrupted()) {
      return ExitStatus.INTERRUPTED;
    }
    if (report.failure().isPresent()) {
      throw report.failure().get();
    }
    return report.succeeded() ? ExitStatus.DONE : ExitStatus.NOT_POSSIBLE;
  }

  private BuildReport build(CommonOptions.Format format, OutputStream out) {
    ImmutableMap<String, String> environment = ImmutableMap.copyOf(System.getenv());
    // Who does not ask for metrics does not wait until their library is loaded.
    try (@Nullable BuildMetrics metrics =
            metricsPort == null ? null : BuildMetrics.serve(metricsPort, options.terminal());
        ProgressLine progress = options.progress();
        BuildConsole console =
            new BuildConsole(
                options.terminal(),
                progress,
                format,
                out,
                dryRun,
                Optional.<BuildListener>ofNullable(metrics))) {
      return build(environment, progress, console);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BuildException("interrupted while building", null, e);
    }
  }

  private BuildReport build(
      ImmutableMap<String, String> environment, ProgressLine progress, BuildConsole console)
      throws InterruptedException {
    Runnable endBeforeBegin = () -> console.endBeforeBegin(StateHome.of(environment));
    AtomicReference<@Nullable PlanBuild> begun = new AtomicReference<>();
    endInOrder(begun, endBeforeBegin);
    try {
      progress.start("reading " + file);
      Manifest manifest = builders.read(file);
      ImmutableList<Builder> found = LocalBuilder.unlessNamed(manifest);
      NixInstallation nix = NixInstallation.find(environment);
      check(manifest, found, nix);
      Planner planner = options.planner(progress);
      Prepared image = HistoryOption.estimated(planner.prepare(manifest, found));
      PlanBuild build =
          new PlanBuild(
              planner,
              image,
              nix,
              new BuildOptions(
                  environment,
                  noOutLink ? Optional.empty() : Optional.of(outLink),
                  cores == null ? OptionalInt.empty() : OptionalInt.of(cores),
                  retry,
                  silence,
                  patience),
              console,
              new Inspection());
      begun.set(build);
      return dryRun ? build.rehearse() : build.run();
    } catch (RuntimeException e) {
      if (ProcessEnd.hasBegun()) {
        endBeforeBegin.run(); // what it lacks is gone because of that
      }
      throw e;
    }
  }

  /**
   * Ctrl-C and kill let the run end in order, and say so; Java ends when that is done.
   *
   * @param begun has the run, once that is known
   * @param otherwise is done if there is nothing yet to be ended
   */
  private void endInOrder(AtomicReference<@Nullable PlanBuild> begun, Runnable otherwise) {
    Crossplan crossplan = (Crossplan) spec.root().userObject();
    Thread ending =
        new Thread(
            () -> {
              try {
                @Nullable PlanBuild build = begun.get();
                if (build == null || !build.interrupt()) {
                  otherwise.run();
                } else {
                  boolean unused = crossplan.awaitEnd(PATIENCE_SECONDS);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    Runtime.getRuntime().addShutdownHook(ending);
  }

  private static void check(
      Manifest manifest, ImmutableList<Builder> builders, NixInstallation nix) {
    builders.stream().filter(Builder::isHere).forEach(builder -> checkSystem(manifest, builder));
    boolean hasOthers = builders.stream().anyMatch(builder -> !builder.isHere());
    if (hasOthers && !nix.isTrusted().orElse(true)) {
      throw new InputException(
          "the daemon of Nix does not take builders from this user",
          "Maybe add the user to trusted-users in nix.conf, or build here alone: --builders ''.");
    }
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
}

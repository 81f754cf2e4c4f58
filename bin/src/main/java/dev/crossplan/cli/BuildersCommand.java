package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Machines;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.StandardMachines;
import dev.crossplan.planner.remote.BuilderProbe;
import dev.crossplan.planner.remote.Probe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
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

/** {@code crossplan builders}: the machines that there are to build on. */
@Command(
    name = "builders",
    description = {
      "Lists the builders of a manifest, or else those that Nix knows, and where each is written."
          + " With --probe it asks each over ssh what it is, and tells where that is not as it is"
          + " written. Changes nothing.",
      ""
    })
final class BuildersCommand implements Callable<Integer> {
  private static final int MOST_SECONDS = 3600;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions options;

  @Parameters(
      paramLabel = "MANIFEST",
      arity = "0..1",
      description =
          "A crossplan.toml (default: the builders that nix.conf names, and this machine).")
  private @Nullable Path file;

  @Mixin private BuildersOption builders;

  @Option(
      names = "--probe",
      description =
          "Ask each over ssh: system, cores, memory, disk, clock, Nix and its features, whether"
              + " riscv64 is real or emulated. Asks for no password and trusts no unknown host key.")
  private boolean probe;

  @Option(
      names = "--connect-timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "With --probe: how long to wait for each (default: ${DEFAULT-VALUE}).")
  private int connectTimeout;

  @Override
  public Integer call() {
    if (connectTimeout < 1 || connectTimeout > MOST_SECONDS) {
      throw new ParameterException(
          spec.commandLine(),
          "--connect-timeout is " + connectTimeout + ", not 1 to " + MOST_SECONDS + " seconds");
    }
    CommonOptions.Format format =
        options.format(
            CommonOptions.Format.TEXT, CommonOptions.Format.JSON, CommonOptions.Format.MACHINES);
    OutputTarget output = options.output();
    Machines machines = machines();
    ImmutableList<Probe> probes = ImmutableList.of();
    if (probe) {
      try (ProgressLine progress = options.progress()) {
        probes =
            BuilderProbe.ask(
                machines.builders(),
                ImmutableMap.copyOf(System.getenv()),
                connectTimeout,
                progress);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InputException("interrupted while asking builders", null, e);
      }
    }
    ProbedBuilders probed = new ProbedBuilders(machines, probes);
    switch (format) {
      case JSON -> output.write(out -> BuildersJson.write(out, probed));
      case MACHINES -> {
        byte[] text = StandardMachines.text(probed.corrected()).getBytes(StandardCharsets.UTF_8);
        output.write(out -> out.write(text));
      }
      default -> output.write(new BuildersText(probed, options.terminal()).toString());
    }
    sayFailures(probed);
    return probed.failures().isEmpty() ? ExitStatus.DONE : ExitStatus.NOT_POSSIBLE;
  }

  private Machines machines() {
    Optional<Manifest> manifest = Optional.ofNullable(file).map(builders::read);
    return LocalBuilder.unlessNamed(
        manifest.map(Manifest::machines).or(builders::machines).orElse(Machines.UNSAID));
  }

  private void sayFailures(ProbedBuilders probed) {
    for (Probe failed : probed.failures()) {
      Builder builder = failed.builder();
      Remark.print(
          options.terminal(),
          builder.name()
              + builder.uri().map(uri -> " (" + uri + ")").orElse("")
              + " "
              + failed.failure().orElseThrow().message(),
          List.of(),
          List.of(failed.failure().orElseThrow().remedy()));
    }
  }
}

package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.cross.CrossPlatforms;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Suggestion;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.calibration.CalibrationStore;
import dev.crossplan.planner.calibration.Calibrations;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Host;
import dev.crossplan.planner.instance.InstanceReader;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.measurement.BuildWorkplaces;
import dev.crossplan.planner.measurement.Measurement;
import dev.crossplan.planner.measurement.Measurement.Lack;
import dev.crossplan.planner.measurement.SamplingOrder;
import dev.crossplan.planner.measurement.Workplace;
import dev.crossplan.planner.remote.MachineAddress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
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

/** {@code crossplan calibrate}: how fast a machine does the work of builds, by each strategy. */
@Command(
    name = "calibrate",
    description = {
      "Measures in a minute or two how fast a machine does the work of builds: natively, with a"
          + " cross compiler and under emulation. Compiles, links and runs small programs of its"
          + " own, and keeps the result for estimates.",
      ""
    })
final class CalibrateCommand implements Callable<Integer> {
  private static final String BOARD = "riscv64-linux";

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions options;

  @Parameters(
      paramLabel = "MANIFEST",
      arity = "0..1",
      description =
          "A crossplan.toml: measure with the compilers of its instances, as far as they are in the"
              + " store of the machine (default: with those on its PATH).")
  private @Nullable Path file;

  @Option(
      names = "--builder",
      paramLabel = "NAME",
      description = "Measure this builder of the manifest (default: this machine).")
  private @Nullable String builderName;

  @Option(
      names = "--host",
      paramLabel = "USER@BOARD",
      description = "Measure this machine, over ssh with the options in NIX_SSHOPTS.")
  private @Nullable String host;

  @Option(
      names = "--emulated-compiler",
      paramLabel = "FILE",
      description =
          "A compiler of the machine that runs under emulation: ROOT/usr/bin/gcc in the root of a"
              + " system for the board.")
  private @Nullable String emulatedCompiler;

  @Option(names = "--quick", description = "Take half a minute, and be less sure.")
  private boolean quick;

  @Option(names = "--show", description = "Measure nothing, show what is kept.")
  private boolean show;

  @Override
  public Integer call() {
    CommonOptions.Format format =
        options.format(CommonOptions.Format.TEXT, CommonOptions.Format.JSON);
    OutputTarget output = options.output();
    ImmutableMap<String, String> environment = ImmutableMap.copyOf(System.getenv());
    Optional<Manifest> manifest = Optional.ofNullable(file).map(ManifestReader::read);
    Optional<Builder> builder = manifest.flatMap(this::builder);
    MachineAddress machine = machine(builder, environment);
    CalibrationStore store = CalibrationStore.of(environment);

    Calibrations before = store.load(machine.machine()); // told now if it is damaged
    Measurement measurement;
    if (show) {
      measurement = new Measurement(before, ImmutableList.of(), 1);
    } else {
      try (ProgressLine progress = options.progress()) {
        measurement =
            Measurement.of(
                machine,
                workplaces(manifest, builder, progress),
                manifest.map(each -> each.target().system()).orElse(BOARD),
                quick ? SamplingOrder.QUICK : SamplingOrder.USUAL,
                Clock.systemUTC(),
                progress);
      }
    }
    if (measurement.measured().all().isEmpty()) {
      sayNothingIsKnown(machine, measurement);
      return ExitStatus.NOT_POSSIBLE;
    }
    Optional<RuntimeException> notKept =
        show ? Optional.empty() : keep(store, machine, measurement);
    if (format == CommonOptions.Format.JSON) {
      output.write(out -> CalibrationReport.writeJson(out, machine.machine().name(), measurement));
    } else {
      output.write(
          CalibrationReport.text(options.terminal(), machine.machine().name(), measurement));
    }
    notKept.ifPresent(
        why -> {
          throw why;
        });
    return ExitStatus.DONE;
  }

  /** Gives why that was not possible, which is no reason not to tell what took minutes. */
  private static Optional<RuntimeException> keep(
      CalibrationStore store, MachineAddress machine, Measurement measurement) {
    try {
      store.save(machine.machine(), measurement.measured());
      return Optional.empty();
    } catch (BuildException | InputException e) {
      return Optional.of(e);
    }
  }

  private MachineAddress machine(
      Optional<Builder> builder, ImmutableMap<String, String> environment) {
    if (host != null && builderName != null) {
      throw new ParameterException(
          spec.commandLine(), "--host and --builder name a machine each, and one is measured");
    }
    if (host != null) {
      return MachineAddress.ofHost(host, environment);
    }
    if (builderName == null) {
      return MachineAddress.here();
    }
    return MachineAddress.of(
        builder.orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(), "--builder " + builderName + ": of which MANIFEST?")),
        environment);
  }

  private Optional<Builder> builder(Manifest manifest) {
    if (builderName == null) {
      return Optional.empty();
    }
    ImmutableList<Builder> builders = LocalBuilder.unlessNamed(manifest);
    for (Builder builder : builders) {
      if (builder.name().equals(builderName)) {
        return Optional.of(builder);
      }
    }
    throw new InputException(
        manifest.file() + ": has no builder " + builderName,
        Suggestion.oneOf(builderName, builders.stream().map(Builder::name).toList()));
  }

  private ImmutableList<Workplace> workplaces(
      Optional<Manifest> manifest, Optional<Builder> builder, ProgressLine progress) {
    ImmutableList.Builder<Workplace> workplaces = ImmutableList.builder();
    if (emulatedCompiler != null) {
      workplaces.add(Workplace.inRoot(emulatedCompiler));
    }
    if (manifest.isPresent()) {
      progress.start("reading " + file);
      DerivationGraph graph = InstanceReader.read(manifest.get(), progress);
      ImmutableSet<String> runs =
          builder.map(Builder::systems).orElse(ImmutableSet.of(Host.system()));
      workplaces.addAll(
          BuildWorkplaces.of(
              manifest.get(), graph, new CrossPlatforms().hostPlatforms(graph), runs));
    }
    return workplaces.build();
  }

  /** Says that there is nothing to report, and why. */
  private void sayNothingIsKnown(MachineAddress machine, Measurement measurement) {
    PrintWriter err = options.terminal().err();
    if (show) {
      err.println(Visible.line(machine.machine().name() + ": nothing is known of this machine"));
      err.println("Maybe let crossplan calibrate measure it.");
      return;
    }
    err.println(
        Visible.line(machine.machine().name() + ": nothing can be measured on this machine"));
    for (Lack lack : measurement.lacks()) {
      err.println("  " + Visible.line(lack.strategy() + ": " + lack.what()));
    }
    err.println(CalibrationReport.remedy(Strategy.NATIVE));
  }
}

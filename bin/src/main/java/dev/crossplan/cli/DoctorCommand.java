package dev.crossplan.cli;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code crossplan doctor}: what this machine lacks for each strategy, and how to mend it. */
@Command(
    name = "doctor",
    description = {
      "Looks whether this machine can build natively, under emulation and with cross compilers:"
          + " what is there, what is missing, and the commands that mend it. Builds a trivial"
          + " derivation in each way. Needs no root, and changes nothing.",
      ""
    })
final class DoctorCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Parameters(
      paramLabel = "MANIFEST",
      arity = "0..1",
      description =
          "A crossplan.toml: look for what its instances and its builders without uri ask of this"
              + " machine (default: for what a riscv64 board's image needs).")
  private @Nullable Path file;

  @Override
  public Integer call() throws InterruptedException {
    CommonOptions.Format format =
        options.format(CommonOptions.Format.TEXT, CommonOptions.Format.JSON);
    OutputTarget output = options.output();
    Diagnosis diagnosis;
    try (ProgressLine progress = options.progress()) {
      MachineDemands demands;
      if (file == null) {
        demands = MachineDemands.usual();
      } else {
        progress.start("reading " + file);
        Manifest manifest = ManifestReader.read(file);
        demands = MachineDemands.of(manifest, progress);
      }
      progress.start("building for trial");
      diagnosis = Diagnosis.of(demands, ImmutableMap.copyOf(System.getenv()));
    }
    if (format == CommonOptions.Format.JSON) {
      output.write(out -> DiagnosisJson.write(out, diagnosis));
    } else {
      String text = new DiagnosisText(diagnosis, options.terminal()).toString();
      output.write(text);
    }
    return diagnosis.works() ? ExitStatus.DONE : ExitStatus.NOT_POSSIBLE;
  }
}

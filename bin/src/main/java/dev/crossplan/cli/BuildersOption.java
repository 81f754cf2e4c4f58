package dev.crossplan.cli;

import dev.crossplan.planner.instance.Machines;
import dev.crossplan.planner.instance.MachinesFile;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Builders on the command line, in the words of Nix. */
final class BuildersOption {
  @Option(
      names = "--builders",
      paramLabel = "BUILDERS",
      description =
          "Instead of the builders of the manifest: entries of a machines file parted by semicolons,"
              + " or @FILE, as Nix takes them; '' is this machine alone. What a [[builder]] of the"
              + " same name says of emulation, memory, cores, link and price holds.")
  private @Nullable String text;

  /** The builders that are named; empty if the option is not given. */
  Optional<Machines> machines() {
    return Optional.ofNullable(text)
        .map(named -> MachinesFile.parse(named, "--builders", Path.of("")));
  }

  /**
   * Reads a manifest, and gives it these builders, if any are named.
   *
   * @throws dev.crossplan.planner.InputException if either cannot be read
   */
  Manifest read(Path file) {
    Manifest manifest = ManifestReader.read(file);
    Optional<Machines> named = machines();
    if (named.isEmpty()) {
      return manifest;
    }
    Manifest changed = manifest.with(named.get());
    ManifestReader.checkLongest(changed);
    return changed;
  }
}

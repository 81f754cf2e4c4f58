package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Host;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.qemu.BinaryFormats;
import java.util.Optional;

/** This machine as a builder, for manifests that name none. */
final class LocalBuilder {
  /** What Nix offers unless it is told otherwise: "system-features" in the Nix manual. */
  private static final ImmutableSet<String> FEATURES =
      ImmutableSet.of("benchmark", "big-parallel", "nixos-test");

  private LocalBuilder() {}

  /** The builders of the manifest, else this machine. */
  static ImmutableList<Builder> unlessNamed(Manifest manifest) {
    if (!manifest.builders().isEmpty()) {
      return manifest.builders();
    }
    return ImmutableList.of(
        new Builder(
            "local",
            Optional.empty(),
            ImmutableSet.of(Host.system()),
            BinaryFormats.emulatedSystems(),
            FEATURES,
            ImmutableSet.of(),
            Runtime.getRuntime().availableProcessors(),
            1,
            0,
            0));
  }
}

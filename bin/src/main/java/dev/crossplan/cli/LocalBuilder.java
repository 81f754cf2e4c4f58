package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Host;
import dev.crossplan.planner.instance.Machines;
import dev.crossplan.planner.instance.MachinesFile;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.machine.NixInstallation;
import dev.crossplan.planner.machine.NixSettings;
import dev.crossplan.qemu.BinaryFormats;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** This machine as a builder, and those that its Nix knows, for manifests that name none. */
final class LocalBuilder {
  /** What Nix offers unless it is told otherwise: "system-features" in the Nix manual. */
  private static final ImmutableSet<String> FEATURES =
      ImmutableSet.of("benchmark", "big-parallel", "nixos-test");

  private static final String NAME = "local";
  private static final String ORIGIN = "this machine, as it is found";

  private LocalBuilder() {}

  /** The builders of the manifest, else those of Nix and this machine. */
  static ImmutableList<Builder> unlessNamed(Manifest manifest) {
    return unlessNamed(manifest.machines()).builders();
  }

  /** These, if anything is said of builders, else those of Nix; this machine where that is none. */
  static Machines unlessNamed(Machines said) {
    Machines machines = said.isSaid() ? said : ofNix();
    return machines.builders().isEmpty() ? machines.and(here(), ORIGIN) : machines;
  }

  /** This machine as it is found. */
  private static Builder here() {
    return Builder.of(
            NAME,
            Builder.Abilities.running(ImmutableSet.of(Host.system()))
                .emulating(BinaryFormats.emulatedSystems())
                .offering(FEATURES))
        .withSlots(Runtime.getRuntime().availableProcessors());
  }

  /** What the setting {@code builders} of this machine's Nix names, and this machine with it. */
  private static Machines ofNix() {
    Optional<NixSettings> settings;
    try {
      settings = NixInstallation.settings(ImmutableMap.copyOf(System.getenv()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted while asking Nix for its builders", null, e);
    }
    String text = settings.map(nix -> nix.word("builders").strip()).orElse("");
    if (text.isEmpty() || isMissingFile(text)) {
      return Machines.UNSAID;
    }
    Machines machines = MachinesFile.parse(text, "builders of nix.conf", Path.of(""));
    if (machines.builders().isEmpty() || machines.builders().stream().anyMatch(Builder::isHere)) {
      return machines;
    }
    return settings.get().word("max-jobs").equals("0")
        ? machines.withWarning("max-jobs of nix.conf is 0, so this machine builds nothing")
        : machines.and(here().called(freeName(machines)), ORIGIN);
  }

  /** {@code @/etc/nix/machines} is the setting of whoever has no such file. */
  private static boolean isMissingFile(String text) {
    return text.startsWith("@")
        && !text.contains(";")
        && !text.contains("\n")
        && !Files.exists(Path.of(text.substring(1).strip()));
  }

  private static String freeName(Machines machines) {
    String name = NAME;
    for (int number = 2; machines.find(name).isPresent(); number++) {
      name = NAME + "-" + number;
    }
    return name;
  }
}

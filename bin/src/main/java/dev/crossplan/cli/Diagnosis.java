package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableMultiset;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import dev.crossplan.cli.MachineDemands.Way;
import dev.crossplan.cross.IsaString;
import dev.crossplan.planner.instance.Host;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.machine.Distribution;
import dev.crossplan.planner.machine.NixCheck;
import dev.crossplan.planner.machine.NixInstallation;
import dev.crossplan.planner.machine.Prerequisite;
import dev.crossplan.planner.machine.Prerequisite.State;
import dev.crossplan.planner.machine.TrialProgram;
import dev.crossplan.qemu.Emulation;
import dev.crossplan.qemu.EmulationCheck;
import dev.crossplan.qemu.KnownBreakage;
import dev.crossplan.qemu.QemuVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What {@code crossplan doctor} found.
 *
 * @param system of this machine
 * @param nix version of Nix, if there is one
 * @param nixOptions what Nix is given so that it builds here
 * @param emulations of the systems that are to be emulated
 * @param general what every build needs
 * @param ways what each way to build needs besides
 * @param breakages by package, among those that may be built under QEMU
 * @param elsewhere builders that are other machines, which nobody looked at
 */
record Diagnosis(
    String system,
    Distribution distribution,
    Optional<String> nix,
    ImmutableList<String> nixOptions,
    ImmutableList<Emulation> emulations,
    ImmutableList<Prerequisite> general,
    ImmutableMap<Way, ImmutableList<Prerequisite>> ways,
    ImmutableSortedMap<String, KnownBreakage> breakages,
    ImmutableList<String> elsewhere) {

  /** Looks at this machine, and builds something in each way. */
  static Diagnosis of(MachineDemands demands, ImmutableMap<String, String> environment)
      throws InterruptedException {
    Distribution distribution = Distribution.ofThisMachine();
    Map<String, Emulation> emulations = new LinkedHashMap<>();
    for (String emulated : demands.emulated()) {
      if (TrialProgram.isCarriedFor(emulated)) {
        emulations.put(emulated, EmulationCheck.of(emulated, distribution, environment));
      }
    }
    NixCheck nix = NixCheck.of(environment, distribution, demands.emulated(), demands.features());
    ImmutableMap.Builder<Way, ImmutableList<Prerequisite>> ways = ImmutableMap.builder();
    Map<String, ImmutableList<Prerequisite>> builds = new LinkedHashMap<>();
    for (Way way : demands.ways()) {
      List<Prerequisite> found = new ArrayList<>();
      if (way.strategy() == Strategy.EMULATED) {
        addEmulation(
            way.system(),
            Optional.ofNullable(emulations.get(way.system())),
            demands.march(),
            found);
      }
      if (!builds.containsKey(way.system())) {
        builds.put(
            way.system(),
            nix.builds(
                way.system(),
                demands.required().getOrDefault(way.system(), ImmutableMultiset.of())));
      }
      found.addAll(builds.get(way.system()));
      ways.put(way, ImmutableList.copyOf(found));
    }
    return new Diagnosis(
        Host.system(),
        distribution,
        nix.installation().map(NixInstallation::version),
        nix.options(),
        ImmutableList.copyOf(emulations.values()),
        nix.general(),
        ways.buildOrThrow(),
        breakages(demands, emulations),
        demands.elsewhere());
  }

  private static void addEmulation(
      String system,
      Optional<Emulation> emulation,
      Optional<String> march,
      List<Prerequisite> found) {
    if (emulation.isEmpty()) {
      found.add(
          Prerequisite.doubtful("a program", "not tried: crossplan carries none for " + system));
      return;
    }
    found.addAll(emulation.get().prerequisites());
    march
        .flatMap(IsaString::parse)
        .filter(board -> emulation.get().report().isPresent() && isFor(system, board))
        .ifPresent(board -> found.add(extensions(emulation.get(), board, march.get())));
  }

  private static boolean isFor(String system, IsaString board) {
    return system.equals("riscv" + board.bits() + "-linux");
  }

  /** Builds run what they have compiled: tests, and programs that make sources. */
  private static Prerequisite extensions(Emulation emulation, IsaString board, String march) {
    ImmutableSet<String> lacking = emulation.lacking(board.extensions());
    return lacking.isEmpty()
        ? Prerequisite.ok("programs for " + march, "QEMU's CPU lacks nothing that is known of")
        : Prerequisite.doubtful(
            "programs for " + march,
            "QEMU's CPU does not have "
                + String.join(", ", lacking)
                + ": what a build compiles and then runs may end with an illegal instruction");
  }

  private static ImmutableSortedMap<String, KnownBreakage> breakages(
      MachineDemands demands, Map<String, Emulation> emulations) {
    Map<String, KnownBreakage> breakages = new TreeMap<>();
    for (String system : demands.emulated()) {
      Optional<QemuVersion> version =
          Optional.ofNullable(emulations.get(system)).flatMap(Emulation::version);
      for (String name : demands.packages().getOrDefault(system, ImmutableSortedSet.of())) {
        KnownBreakage.of(name, version).forEach(each -> breakages.put(name, each));
      }
    }
    return ImmutableSortedMap.copyOf(breakages);
  }

  /** Whether builds can be done in a way. */
  boolean works(Way way) {
    return ImmutableList.<Prerequisite>builder()
        .addAll(general)
        .addAll(Objects.requireNonNull(ways.get(way)))
        .build()
        .stream()
        .noneMatch(each -> each.state() == State.MISSING);
  }

  /** Whether builds can be done in every way that is asked for. */
  boolean works() {
    return ways.keySet().stream().allMatch(this::works);
  }
}

package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableMultiset;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Maps;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Host;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.InstanceReader;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What building asks of this machine.
 *
 * @param ways that builds may be done here, in the order of the strategies
 * @param features that the manifest says this machine has
 * @param required features, by the system of the builds that require them
 * @param packages that are built, by system
 * @param march ISA string of the board
 * @param elsewhere builders that are other machines, or have to be
 */
record MachineDemands(
    ImmutableSet<Way> ways,
    ImmutableSet<String> features,
    ImmutableMap<String, ImmutableMultiset<String>> required,
    ImmutableMap<String, ImmutableSortedSet<String>> packages,
    Optional<String> march,
    ImmutableList<String> elsewhere) {

  private static final String BOARD = "riscv64-linux";

  /**
   * A way to build.
   *
   * @param system of the derivations, which is what runs the build
   */
  record Way(Strategy strategy, String system) {
    @Override
    public String toString() {
      return strategy == Strategy.CROSS
          ? "cross builds on " + system
          : strategy + " builds for " + system;
    }
  }

  /** Without a manifest: each strategy for a riscv64 board. */
  static MachineDemands usual() {
    ImmutableSet.Builder<Way> ways = ImmutableSet.builder();
    ways.add(new Way(Strategy.NATIVE, Host.system()));
    if (!Host.system().equals(BOARD)) {
      ways.add(new Way(Strategy.EMULATED, BOARD));
      ways.add(new Way(Strategy.CROSS, Host.system()));
    }
    return new MachineDemands(
        ways.build(),
        ImmutableSet.of(),
        ImmutableMap.of(),
        ImmutableMap.of(),
        Optional.empty(),
        ImmutableList.of());
  }

  /** Of a manifest: of its instances what its builders without uri may build. */
  static MachineDemands of(Manifest manifest, Progress progress) {
    ImmutableList.Builder<String> elsewhere = ImmutableList.builder();
    Set<Way> ways = new LinkedHashSet<>();
    Set<String> features = new LinkedHashSet<>();
    for (Builder builder : LocalBuilder.unlessNamed(manifest)) {
      if (!builder.isHere()) {
        elsewhere.add(builder.name());
        continue;
      }
      if (!builder.runs(Host.system())) {
        elsewhere.add(
            builder.name()
                + " (has no uri, but runs "
                + String.join(", ", builder.systems())
                + ")");
        continue;
      }
      features.addAll(builder.features());
      for (Instance instance : manifest.instances()) {
        way(builder, instance).ifPresent(ways::add);
      }
    }
    DerivationGraph graph = InstanceReader.read(manifest, progress);
    Map<String, ImmutableMultiset.Builder<String>> required = new LinkedHashMap<>();
    Map<String, ImmutableSortedSet.Builder<String>> packages = new LinkedHashMap<>();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      DerivationFacts facts = graph.facts(derivation);
      if (!facts.isFixedOutput()) {
        required
            .computeIfAbsent(facts.system(), system -> ImmutableMultiset.builder())
            .addAll(facts.requiredFeatures());
        facts
            .packageName()
            .ifPresent(
                name ->
                    packages
                        .computeIfAbsent(
                            facts.system(), system -> ImmutableSortedSet.naturalOrder())
                        .add(name));
      }
    }
    return new MachineDemands(
        ImmutableSet.copyOf(ways.stream().sorted(Comparator.comparing(Way::strategy)).toList()),
        ImmutableSet.copyOf(features),
        ImmutableMap.copyOf(Maps.transformValues(required, each -> each.build())),
        ImmutableMap.copyOf(Maps.transformValues(packages, each -> each.build())),
        manifest.target().march(),
        elsewhere.build());
  }

  private static Optional<Way> way(Builder builder, Instance instance) {
    String system = instance.local().system();
    if (builder.runs(system)) {
      return Optional.of(new Way(instance.isCross() ? Strategy.CROSS : Strategy.NATIVE, system));
    }
    return builder.emulates().contains(system)
        ? Optional.of(new Way(Strategy.EMULATED, system))
        : Optional.empty();
  }

  /** Systems that this machine is to emulate. */
  ImmutableSet<String> emulated() {
    return ways.stream()
        .filter(way -> way.strategy() == Strategy.EMULATED)
        .map(Way::system)
        .collect(ImmutableSet.toImmutableSet());
  }
}

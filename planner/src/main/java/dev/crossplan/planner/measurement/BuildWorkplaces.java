package dev.crossplan.planner.measurement;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Multiset;
import com.google.common.collect.Multisets;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.DerivationReader;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.variant.HostPlatforms;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Finds the compilers that the builds of a manifest use: those of its standard environments. */
public final class BuildWorkplaces {
  private static final String STAGE = "-bootstrap-";

  private BuildWorkplaces() {}

  /**
   * For each strategy the standard environment in which most packages are built, as far as there is
   * one. Whether it is in the store is seen when it is used.
   *
   * @param graph of the manifest
   * @param runs systems whose programs the machine runs by itself
   */
  public static ImmutableList<Workplace> of(
      Manifest manifest, DerivationGraph graph, HostPlatforms hosts, ImmutableSet<String> runs) {
    String target = manifest.target().system();
    ImmutableList.Builder<Workplace> workplaces = ImmutableList.builder();
    for (Strategy strategy : Strategy.values()) {
      Multiset<String> environments = HashMultiset.create();
      for (int derivation = 0; derivation < graph.size(); derivation++) {
        if (isBuiltBy(strategy, graph.facts(derivation), hosts.system(derivation), target, runs)) {
          graph.facts(derivation).standardEnvironment().ifPresent(environments::add);
        }
      }
      environments.removeIf(environment -> environment.contains(STAGE));
      Optional<String> most =
          Multisets.copyHighestCountFirst(environments).elementSet().stream().findFirst();
      most.ifPresent(
          environment ->
              workplaces.add(
                  Workplace.inBuild(
                      strategy,
                      read(manifest, graph, hosts, strategy, environment, runs),
                      environment)));
    }
    return workplaces.build();
  }

  private static boolean isBuiltBy(
      Strategy strategy,
      DerivationFacts facts,
      Optional<String> host,
      String target,
      ImmutableSet<String> runs) {
    if (facts.isFixedOutput() || facts.isTrivial() || host.isEmpty()) {
      return false;
    }
    boolean isHere = runs.contains(facts.system());
    boolean isForItself = host.get().equals(facts.system());
    return switch (strategy) {
      case NATIVE -> isHere && isForItself;
      case EMULATED -> !isHere && isForItself && facts.system().equals(target);
      case CROSS -> isHere && !isForItself && host.get().equals(target);
    };
  }

  private static Derivation read(
      Manifest manifest,
      DerivationGraph graph,
      HostPlatforms hosts,
      Strategy strategy,
      String environment,
      ImmutableSet<String> runs) {
    BitSet one = new BitSet();
    for (int derivation = 0; one.isEmpty(); derivation++) {
      DerivationFacts facts = graph.facts(derivation);
      if (facts.standardEnvironment().equals(Optional.of(environment))
          && isBuiltBy(
              strategy, facts, hosts.system(derivation), manifest.target().system(), runs)) {
        one.set(derivation);
      }
    }
    Map<StorePath, Derivation> read = DerivationReader.read(manifest, graph, one);
    return Objects.requireNonNull(read.get(graph.path(one.nextSetBit(0))));
  }
}

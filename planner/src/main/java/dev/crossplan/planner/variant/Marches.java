package dev.crossplan.planner.variant;

import com.google.common.collect.Maps;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Platform;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The instruction set and the ABI that each derivation is compiled for. The first as a required
 * feature {@code gccarch-…} says, which nixpkgs adds where {@code gcc.arch} is set on the build
 * platform, of what is for that platform as well; else both as its instance was told. What is in
 * several instances is compiled for no more than the one of them that asks for least.
 */
public final class Marches {
  private static final String FEATURE = "gccarch-";

  private final DerivationGraph graph;
  private final HostPlatforms hosts;
  private final PlatformKnowledge platforms;
  private final Map<Said, String> instructions = new HashMap<>();
  private final Map<Said, String> boards = new HashMap<>();
  private final Map<Code, String> abis = new HashMap<>();
  private final Map<String, int[]> leastFirst = new HashMap<>();

  private record Said(Optional<String> march, String system) {}

  private record Code(Platform platform, String march) {}

  Marches(DerivationGraph graph, HostPlatforms hosts, PlatformKnowledge platforms) {
    this.graph = graph;
    this.hosts = hosts;
    this.platforms = platforms;
  }

  /**
   * What it asks of a board, in the form in which code that runs on the same boards has equal
   * texts; empty where nothing is known.
   */
  public String of(int derivation) {
    return instructions.computeIfAbsent(
        new Said(written(derivation), system(derivation)),
        said -> platforms.instructions(said.march(), said.system()));
  }

  /** As it is written; empty where nothing is said. */
  public Optional<String> written(int derivation) {
    String system = system(derivation);
    return required(derivation)
        .filter(march -> graph.facts(derivation).system().equals(system))
        .or(() -> said(instanceOf(derivation), system));
  }

  /** Of the instances that evaluate to {@code derivation}, the first that asks for least. */
  public int instanceOf(int derivation) {
    for (int instance : leastFirst.computeIfAbsent(system(derivation), this::leastFirst)) {
      if (graph.isIn(instance, derivation)) {
        return instance;
      }
    }
    throw new IllegalArgumentException("in no instance: " + derivation);
  }

  /** What an instance says of code for {@code system}. */
  private Optional<String> said(int instance, String system) {
    Platform host = graph.instances().get(instance).host();
    return host.system().equals(system) ? host.arch() : Optional.empty();
  }

  /**
   * All instances, none after one whose code for {@code system} asks for more: where that of one
   * asks for less, there are fewer that ask for still less.
   */
  private int[] leastFirst(String system) {
    Set<Optional<String>> marches =
        IntStream.range(0, graph.instances().size())
            .mapToObj(instance -> said(instance, system))
            .collect(Collectors.toSet());
    Map<Optional<String>, Long> ranks =
        Maps.toMap(
            marches,
            march -> marches.stream().filter(other -> asksLess(other, march, system)).count());
    return IntStream.range(0, graph.instances().size())
        .boxed()
        .sorted(
            Comparator.comparing(
                    (Integer instance) -> Objects.requireNonNull(ranks.get(said(instance, system))))
                // the order of the instances decides nothing else
                .thenComparing(instance -> said(instance, system).orElse("")))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private boolean asksLess(Optional<String> less, Optional<String> more, String system) {
    String one = platforms.canonicalMarch(less, system);
    String two = platforms.canonicalMarch(more, system);
    return platforms.isKnownToRunOn(one, two) && !platforms.isKnownToRunOn(two, one);
  }

  private String system(int derivation) {
    return hosts
        .system(derivation)
        .orElseGet(() -> graph.instances().get(graph.instanceOf(derivation)).host().system());
  }

  /**
   * The C library and the calling convention, in the form in which equal meanings are equal texts.
   */
  public String abi(int derivation) {
    Instance instance = graph.instances().get(graph.instanceOf(derivation));
    Platform platform =
        hosts.isFor(derivation, instance.host().system()) ? instance.host() : instance.local();
    return abis.computeIfAbsent(
        new Code(platform, of(derivation)),
        code -> platforms.canonicalAbi(code.platform(), code.march()));
  }

  private Optional<String> required(int derivation) {
    for (String feature : graph.facts(derivation).requiredFeatures()) {
      if (feature.startsWith(FEATURE)) {
        return Optional.of(feature.substring(FEATURE.length()));
      }
    }
    return Optional.empty();
  }

  /** Whether the outputs of {@code derivation} run on a board with {@code march}. */
  public boolean runsOn(int derivation, String march) {
    String system = hosts.system(derivation).orElse(graph.facts(derivation).system());
    String board =
        boards.computeIfAbsent(
            new Said(Optional.of(march), system),
            said -> platforms.canonicalMarch(said.march(), said.system()));
    String code = of(derivation);
    return code.isEmpty() || platforms.runsOn(code, board);
  }
}

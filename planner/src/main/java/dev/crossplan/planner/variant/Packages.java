package dev.crossplan.planner.variant;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.instance.DerivationGraph;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.jgrapht.Graph;
import org.jgrapht.alg.connectivity.ConnectivityInspector;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleGraph;

/** The derivations of a graph, grouped into packages. */
public final class Packages {
  private final DerivationGraph graph;
  private final HostPlatforms hosts;
  private final Marches marches;
  private final ImmutableList<PackageName> names;
  private final ImmutableList<Package> packages;
  private final int[] packageOf;
  private final ImmutableListMultimap<Integer, Evidence> stages;
  private final ImmutableList<Unpaired> unpaired;

  Packages(
      DerivationGraph graph,
      HostPlatforms hosts,
      Marches marches,
      ImmutableList<PackageName> names,
      ImmutableList<Package> packages,
      ImmutableListMultimap<Integer, Evidence> stages,
      ImmutableList<Unpaired> unpaired) {
    this.graph = graph;
    this.hosts = hosts;
    this.marches = marches;
    this.names = names;
    this.packages = packages;
    this.packageOf = new int[graph.size()];
    for (Package each : packages) {
      each.variants().forEach(derivation -> packageOf[derivation] = each.number());
    }
    this.stages = stages;
    this.unpaired = unpaired;
  }

  public DerivationGraph graph() {
    return graph;
  }

  public HostPlatforms hosts() {
    return hosts;
  }

  public Marches marches() {
    return marches;
  }

  /** In the order of their first variants. */
  public ImmutableList<Package> all() {
    return packages;
  }

  /** The package that {@code derivation} is a variant of. */
  public Package of(int derivation) {
    return packages.get(packageOf[derivation]);
  }

  public PackageName name(int derivation) {
    return names.get(derivation);
  }

  /**
   * The derivations whose packages serve where {@code derivation}, a stage of the bootstrap, is
   * asked for: {@link Evidence#second} of each.
   */
  public ImmutableList<Evidence> servedBy(int derivation) {
    return stages.get(derivation);
  }

  /** Whether {@code input} is an input of {@code derivation} that runs where its outputs will. */
  public boolean isHostInput(int derivation, int input) {
    String plain = names.get(input).toString();
    for (String output : graph.facts(input).outputNames()) {
      String path = output.equals("out") ? plain : plain + "-" + output;
      if (graph.facts(derivation).hostInputs().contains(path)) {
        return true;
      }
    }
    return false;
  }

  /** The input that is the standard environment of {@code derivation}; empty where it has none. */
  public OptionalInt standardEnvironment(int derivation) {
    Optional<String> named = graph.facts(derivation).standardEnvironment();
    for (int input : graph.inputs(derivation)) {
      if (named.isPresent()
          && graph.facts(input).knownOutputPaths().stream()
              .anyMatch(output -> output.toString().equals(named.get()))) {
        return OptionalInt.of(input);
      }
    }
    return OptionalInt.empty();
  }

  public ImmutableList<Unpaired> unpaired() {
    return unpaired;
  }

  /**
   * The same, but with packages split: first into what is built on one platform and what is built
   * on another; one that is all built on one platform, into its variants. Equal outputs are never
   * split, they are the same thing.
   *
   * @param apart numbers of packages
   * @param reason why they must not be paired after all
   */
  public Packages unpair(ImmutableSet<Integer> apart, String reason) {
    ImmutableList.Builder<Package> split = ImmutableList.builder();
    ImmutableList.Builder<Unpaired> told = ImmutableList.<Unpaired>builder().addAll(unpaired);
    int next = 0;
    for (Package each : packages) {
      ImmutableList<ImmutableList<Integer>> parts =
          apart.contains(each.number())
              ? parts(each)
              : ImmutableList.of(ImmutableList.copyOf(each.variants().asList()));
      if (parts.size() > 1) {
        told.add(new Unpaired(each.variants(), reason));
      }
      for (ImmutableList<Integer> part : parts) {
        split.add(
            new Package(
                next++,
                each.name(),
                each.version(),
                each.host(),
                ImmutableIntArray.copyOf(part),
                each.evidence().stream()
                    .filter(evidence -> part.contains(evidence.first()))
                    .filter(evidence -> part.contains(evidence.second()))
                    .collect(ImmutableList.toImmutableList())));
      }
    }
    return new Packages(graph, hosts, marches, names, split.build(), stages, told.build());
  }

  /** What unpairing {@code made} makes of it; itself alone where its outputs are all equal. */
  private ImmutableList<ImmutableList<Integer>> parts(Package made) {
    ImmutableList<ImmutableList<Integer>> byBuild =
        connected(
            made,
            evidence ->
                graph
                    .facts(evidence.first())
                    .system()
                    .equals(graph.facts(evidence.second()).system()));
    return byBuild.size() > 1 ? byBuild : connected(made, evidence -> false);
  }

  /** The variants that equal outputs, or the evidence that is {@code kept}, hold together. */
  private static ImmutableList<ImmutableList<Integer>> connected(
      Package made, Predicate<Evidence> kept) {
    Graph<Integer, DefaultEdge> graph = new SimpleGraph<>(DefaultEdge.class);
    made.variants().forEach(graph::addVertex);
    for (Evidence evidence : made.evidence()) {
      if (evidence.kind() == Evidence.Kind.SAME_OUTPUT || kept.test(evidence)) {
        graph.addEdge(evidence.first(), evidence.second());
      }
    }
    return new ConnectivityInspector<>(graph)
        .connectedSets().stream()
            .map(ImmutableList::sortedCopyOf)
            .sorted(Comparator.comparing(part -> part.get(0)))
            .collect(ImmutableList.toImmutableList());
  }

  /** A derivation for messages: its name without hash, and the instance. */
  public String describe(int derivation) {
    return graph.facts(derivation).name()
        + " of "
        + graph.instances().get(graph.instanceOf(derivation)).name();
  }

  /**
   * The package of an attribute name or a package name: one that is for {@code system}, else one
   * for another platform.
   */
  public Optional<Package> find(String name, String system) {
    for (int instance = 0; instance < graph.instances().size(); instance++) {
      Integer derivation = graph.attributes(instance).get(name);
      if (derivation != null && hosts.isFor(derivation, system)) {
        return Optional.of(of(derivation));
      }
    }
    return packages.stream()
        .filter(
            each -> each.name().equals(name) || (each.name() + "-" + each.version()).equals(name))
        .max(
            Comparator.comparing((Package each) -> each.host().equals(Optional.of(system)))
                .thenComparingInt(each -> each.variants().length()));
  }
}

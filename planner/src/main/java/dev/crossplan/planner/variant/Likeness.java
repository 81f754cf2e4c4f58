package dev.crossplan.planner.variant;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.ListMultimap;
import com.google.common.hash.Hashing;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** In what two derivations of a graph are alike and in what they differ. */
final class Likeness {
  private final DerivationGraph graph;
  private final HostPlatforms hosts;
  private final Marches marches;
  private final ImmutableList<PackageName> names;
  private final PlatformKnowledge platforms;

  /** By base name of an output path, the first derivation that makes it. */
  private final Map<String, Integer> makers = new HashMap<>();

  private final @Nullable String[] contentOfBuilt;
  private final Map<Environment, ImmutableList<Integer>> libraries = new HashMap<>();

  /** A standard environment, and the platform that what is built in it runs on. */
  private record Environment(int stdenv, String host) {}

  Likeness(
      DerivationGraph graph,
      HostPlatforms hosts,
      Marches marches,
      ImmutableList<PackageName> names,
      PlatformKnowledge platforms) {
    this.graph = graph;
    this.hosts = hosts;
    this.marches = marches;
    this.names = names;
    this.platforms = platforms;
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      DerivationFacts facts = graph.facts(derivation);
      for (int output = 0; output < facts.outputCount(); output++) {
        StorePath path = facts.outputPath(output);
        if (path != null) {
          makers.putIfAbsent(path.baseName(), derivation);
        }
      }
    }
    this.contentOfBuilt = contentOfBuilt();
  }

  /** The first derivation that makes the output path {@code output}; null if none does. */
  @Nullable Integer makerOf(String output) {
    int slash = output.lastIndexOf('/');
    Integer maker = makers.get(output.substring(slash + 1));
    return maker != null
            && slash >= 0
            && output.substring(0, slash).equals(graph.path(maker).directory())
        ? maker
        : null;
  }

  /** Whether the outputs of both run on the same platform: system, ABI and instruction set. */
  boolean samePlatform(int first, int second) {
    Optional<String> host = hosts.system(first);
    return host.isPresent()
        && host.equals(hosts.system(second))
        && marches.of(first).equals(marches.of(second))
        && marches.abi(first).equals(marches.abi(second));
  }

  /** Whether both are built on the same platform. */
  boolean sameBuild(int first, int second) {
    return graph.facts(first).system().equals(graph.facts(second).system());
  }

  boolean sameVersion(int first, int second) {
    return names.get(first).version().equals(names.get(second).version());
  }

  // Sources

  /** Whether both have the same source, where both have one. */
  boolean sameSources(int first, int second) {
    ImmutableList<String> left = graph.facts(first).sources();
    ImmutableList<String> right = graph.facts(second).sources();
    return left.isEmpty() || right.isEmpty() || contents(left).equals(contents(right));
  }

  private List<String> contents(ImmutableList<String> sources) {
    return sources.stream().map(this::content).toList();
  }

  /**
   * A source by its content where its path tells that, else, as it is itself built, by its name and
   * its own sources.
   */
  private String content(String source) {
    Integer maker = makerOf(source);
    String built = maker == null ? null : contentOfBuilt[maker];
    return built == null ? source : built;
  }

  /** By derivation that is a source and is built. Sources of sources may be many levels deep. */
  private @Nullable String[] contentOfBuilt() {
    boolean[] isSource = new boolean[graph.size()];
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      for (String source : graph.facts(derivation).sources()) {
        Integer maker = makerOf(source);
        if (maker != null && !graph.facts(maker).isFixedOutput()) {
          isSource[maker] = true;
        }
      }
    }
    @Nullable String[] contents = new String[graph.size()];
    for (int derivation : graph.inputsFirst()) {
      if (isSource[derivation]) {
        StringBuilder described = new StringBuilder(names.get(derivation).toString());
        for (String source : graph.facts(derivation).sources()) {
          Integer maker = makerOf(source);
          String built = maker == null ? null : contents[maker];
          described.append('\n').append(built == null ? source : built);
        }
        contents[derivation] =
            Hashing.sha256().hashString(described, StandardCharsets.UTF_8).toString();
      }
    }
    return contents;
  }

  // Everything that they say themselves

  /** Sources, inputs in host roles and outputs. */
  boolean sameFeatures(int first, int second) {
    return sameSources(first, second)
        && graph.facts(first).hostInputs().equals(graph.facts(second).hostInputs())
        && graph.facts(first).outputNames().equals(graph.facts(second).outputNames());
  }

  /** The respects in which the two differ, in order; empty where they are alike. */
  ImmutableSortedSet<String> differences(int first, int second) {
    DerivationFacts left = graph.facts(first);
    DerivationFacts right = graph.facts(second);
    ImmutableSortedSet.Builder<String> differing = ImmutableSortedSet.naturalOrder();
    if (!sameSources(first, second)) {
      differing.add("sources");
    }
    if (!left.outputNames().equals(right.outputNames())) {
      differing.add("outputs");
    }
    if (!left.hostInputs().equals(right.hostInputs())) {
      differing.add("inputs");
    }
    if (sameBuild(first, second) && !downloads(first).equals(downloads(second))) {
      differing.add("downloads"); // patches, say: a fingerprint has only their names
    }
    return differing.addAll(left.fingerprint().differences(right.fingerprint())).build();
  }

  /** Whether the two differ in nothing that they say themselves; sooner than telling in what. */
  boolean alike(int first, int second) {
    return graph.facts(first).fingerprint().equals(graph.facts(second).fingerprint())
        && differences(first, second).isEmpty();
  }

  /** What is downloaded for {@code derivation}, by content. */
  private Set<StorePath> downloads(int derivation) {
    Set<StorePath> downloads = new HashSet<>();
    for (int input : graph.inputs(derivation)) {
      StorePath path = graph.facts(input).outputPath(0);
      if (graph.facts(input).isFixedOutput() && path != null) {
        downloads.add(path);
      }
    }
    return downloads;
  }

  /** The differences for messages: a remark in brackets, or nothing. */
  String noted(int first, int second) {
    ImmutableSet<String> differences = differences(first, second);
    return differences.isEmpty() ? "" : " (they differ in " + String.join(", ", differences) + ")";
  }

  /**
   * Whether {@code candidate}, built elsewhere, is like {@code one} in every respect in which
   * {@code one} differs from each of {@code forks}: then it is a variant of {@code one} and not of
   * them.
   */
  boolean sidesWith(int candidate, int one, List<Integer> forks) {
    Set<String> differences = null;
    for (int fork : forks) {
      if (fork != one) {
        differences = differences == null ? differences(candidate, one) : differences;
        for (String telling : differences(one, fork)) {
          if (differences.contains(telling)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  // What they are built with

  /** The inputs in host roles by name, with the name of the output unless it is out. */
  ListMultimap<String, Integer> hostInputs(int derivation) {
    Set<String> inHostRoles = new HashSet<>(graph.facts(derivation).hostInputs());
    ListMultimap<String, Integer> found = ArrayListMultimap.create();
    int[] inputs = graph.inputs(derivation);
    for (int i = 0; i < inputs.length; i++) {
      String name = names.get(inputs[i]).toString();
      for (String output : graph.inputOutputs(derivation).get(i)) {
        String path = output.equals("out") ? name : name + "-" + output;
        if (inHostRoles.contains(path)) {
          found.put(path, inputs[i]);
        }
      }
    }
    return found;
  }

  /**
   * The inputs of something that says no roles, by name without version; not downloads, not stages,
   * and not what it is built in.
   */
  ListMultimap<String, Integer> collected(int derivation) {
    Integer stdenv = graph.facts(derivation).standardEnvironment().map(this::makerOf).orElse(null);
    ListMultimap<String, Integer> found = ArrayListMultimap.create();
    for (int input : graph.inputs(derivation)) {
      PackageName name = names.get(input);
      boolean counts = !graph.facts(input).isFixedOutput() && !name.stage();
      if (counts && (stdenv == null || stdenv != input)) {
        found.put(name.base(), input);
      }
    }
    return found;
  }

  /**
   * Whether the standard environments of both link what they build with the same C library, as far
   * as that is known: of one name and version, and alike where both are built on one platform.
   */
  boolean sameLibc(int first, int second) {
    ImmutableList<Integer> left = libcs(first);
    ImmutableList<Integer> right = libcs(second);
    if (left.isEmpty() || right.isEmpty()) {
      return true;
    }
    return left.stream()
        .anyMatch(
            one ->
                right.stream()
                    .anyMatch(
                        other ->
                            one.equals(other)
                                || (names.get(one).base().equals(names.get(other).base())
                                    && sameVersion(one, other)
                                    && sameSources(one, other)
                                    && (!sameBuild(one, other) || alike(one, other)))));
  }

  /** The C libraries in the standard environment of {@code derivation}, for its host platform. */
  private ImmutableList<Integer> libcs(int derivation) {
    Integer stdenv = graph.facts(derivation).standardEnvironment().map(this::makerOf).orElse(null);
    Optional<String> host = hosts.system(derivation);
    if (stdenv == null || host.isEmpty()) {
      return ImmutableList.of();
    }
    return libraries.computeIfAbsent(new Environment(stdenv, host.get()), this::libcs);
  }

  /**
   * The inputs of a standard environment, and of those: it has the compiler, which has the libc.
   */
  private ImmutableList<Integer> libcs(Environment environment) {
    Set<Integer> found = new HashSet<>();
    for (int input : graph.inputs(environment.stdenv())) {
      addLibc(input, environment.host(), found);
      for (int inner : graph.inputs(input)) {
        addLibc(inner, environment.host(), found);
      }
    }
    return ImmutableList.sortedCopyOf(found);
  }

  private void addLibc(int derivation, String host, Set<Integer> found) {
    if (platforms.isLibc(names.get(derivation).base()) && hosts.isFor(derivation, host)) {
      found.add(derivation);
    }
  }
}

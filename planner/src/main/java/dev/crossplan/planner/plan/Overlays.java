package dev.crossplan.planner.plan;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSetMultimap;
import com.google.common.collect.SetMultimap;
import com.google.common.collect.TreeMultimap;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.AttributePath;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.variant.HostPlatforms;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What overlays can do for a plan, and what they cannot. */
final class Overlays {
  private final DerivationGraph graph;
  private final HostPlatforms hosts;
  private final Plan plan;
  private final List<String> names;
  private final Map<StorePath, Step> providers = new HashMap<>();
  private final List<BitSet> belowStdenv = new ArrayList<>();

  /** By instance, what its overlay has: attributes, and what they are instead. */
  private final List<Map<String, Taken>> overlays = new ArrayList<>();

  /** By instance, the derivations that its overlay puts what the plan takes in place of. */
  private final List<BitSet> replaced = new ArrayList<>();

  /**
   * What an attribute becomes.
   *
   * @param expression in the Nix language
   */
  record Taken(String expression, String comment) {}

  /**
   * @param names identifiers of the instances
   */
  Overlays(Prepared prepared, Plan plan, List<String> names) {
    this.graph = prepared.packages().graph();
    this.hosts = prepared.packages().hosts();
    this.plan = plan;
    this.names = names;
    plan.steps().forEach(step -> step.provides().forEach(path -> providers.put(path, step)));
    for (int instance = 0; instance < graph.instances().size(); instance++) {
      belowStdenv.add(belowStdenv(instance));
      overlays.add(new TreeMap<>());
      replaced.add(new BitSet());
      addAttributes(instance);
      addSets(instance);
    }
  }

  /** What the overlay of an instance has, by attribute. */
  Map<String, Taken> of(int instance) {
    return overlays.get(instance);
  }

  /** The names of an attribute; what cannot be taken apart is one name. */
  private static ImmutableList<String> path(String attribute) {
    return AttributePath.parse(attribute).orElse(ImmutableList.of(attribute));
  }

  /** What the standard environments of the attributes of an instance are made of. */
  private BitSet belowStdenv(int instance) {
    Map<String, Integer> byOutput = new HashMap<>();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      StorePath output = graph.facts(derivation).outputPath(0);
      if (graph.isIn(instance, derivation) && output != null) {
        byOutput.put(output.toString(), derivation);
      }
    }
    BitSet below = new BitSet();
    for (int derivation : graph.attributes(instance).values()) {
      graph
          .facts(derivation)
          .standardEnvironment()
          .map(byOutput::get)
          .ifPresent(stdenv -> graph.addClosure(stdenv, below));
    }
    return below;
  }

  /** Attributes that the plan takes from elsewhere. */
  private void addAttributes(int instance) {
    graph
        .attributes(instance)
        .forEach(
            (attribute, derivation) -> {
              ImmutableList<String> path = path(attribute);
              Step provider = providers.get(graph.path(derivation));
              if (path.size() == 1 && provider != null && isOther(provider, derivation)) {
                attribute(provider)
                    .ifPresent(
                        taken -> {
                          overlays
                              .get(instance)
                              .put(
                                  path.get(0),
                                  new Taken(
                                      taken,
                                      "s" + provider.id() + ", " + PlanOverlay.label(provider)));
                          replaced.get(instance).set(derivation);
                        });
              }
            });
  }

  /** Sets of which the plan takes all that it takes from the set of that name in one instance. */
  private void addSets(int instance) {
    Map<String, BitSet> members = new TreeMap<>();
    Map<String, TreeSet<String>> sources = new TreeMap<>();
    graph
        .attributes(instance)
        .forEach(
            (attribute, derivation) -> {
              ImmutableList<String> path = path(attribute);
              Step provider = providers.get(graph.path(derivation));
              if (path.size() > 1 && provider != null) {
                members.computeIfAbsent(path.get(0), none -> new BitSet()).set(derivation);
                sources
                    .computeIfAbsent(path.get(0), none -> new TreeSet<>())
                    .add(setOf(attribute, provider, derivation));
              }
            });
    sources.forEach(
        (set, from) -> {
          if (from.size() == 1 && !from.first().isEmpty()) {
            overlays
                .get(instance)
                .put(
                    set,
                    new Taken(
                        from.first() + "." + NixText.attribute(set),
                        "all that the plan takes of it"));
            replaced.get(instance).or(members.getOrDefault(set, new BitSet()));
          }
        });
  }

  /** The other instance in which an attribute of this name is what {@code provider} makes. */
  private String setOf(String attribute, Step provider, int derivation) {
    int made = made(provider);
    for (int other = 0; isOther(provider, derivation) && other < names.size(); other++) {
      if (Integer.valueOf(made).equals(graph.attributes(other).get(attribute))) {
        return names.get(other);
      }
    }
    return "";
  }

  /** Why no overlay gives {@code derivation} the input that the plan gives it instead. */
  Optional<String> inexpressible(int derivation, int input) {
    Step provider = providers.get(graph.path(input));
    if (provider == null || !isOther(provider, input)) {
      return Optional.empty();
    }
    int instance = graph.instanceOf(derivation);
    String name = instanceName(instance);
    String taken = graph.facts(input).name();
    if (!graph.instances().get(instance).isCross() && belowStdenv.get(instance).get(derivation)) {
      return Optional.of("below the stdenv of " + name + ", which overlays do not reach");
    }
    if (replaced.get(instance).get(input)) {
      return Optional.empty();
    }
    if (graph.attributes(instance).containsValue(input)) {
      return Optional.of(
          topAttribute(instance, input).isPresent()
              ? "what is taken for "
                  + taken
                  + ", "
                  + Visible.line(provider.label())
                  + ", is not among the attributes that are evaluated of "
                  + Visible.line(provider.instance())
              : taken + " is in a set of " + name + ", which an overlay replaces as a whole");
    }
    return Optional.of(
        belowStdenv.get(instance).get(input)
            ? taken + " is the stdenv of " + name + ", or in its bootstrap"
            : taken + " is not among the attributes that are evaluated of " + name);
  }

  /** The derivation of a step. */
  private int made(Step step) {
    return graph.find(step.derivation()).orElseThrow();
  }

  private String instanceName(int instance) {
    return Visible.line(graph.instances().get(instance).name());
  }

  private boolean isOther(Step provider, int derivation) {
    int made = made(provider);
    StorePath output = graph.facts(made).outputPath(0);
    return made != derivation
        && (output == null || !Objects.equals(output, graph.facts(derivation).outputPath(0)));
  }

  /** An attribute of an instance that is what a step makes. */
  private Optional<String> attribute(Step step) {
    int derivation = graph.find(step.derivation()).orElseThrow();
    for (int instance = 0; instance < names.size(); instance++) {
      for (Map.Entry<String, Integer> attribute : graph.attributes(instance).entrySet()) {
        if (attribute.getValue() == derivation) {
          return Optional.of(names.get(instance) + "." + written(attribute.getKey()));
        }
      }
    }
    return Optional.empty();
  }

  private static String written(String attribute) {
    return Joiner.on('.').join(path(attribute).stream().map(NixText::attribute).iterator());
  }

  // What overlays come to

  /** What an attribute of the image is: what the plan takes, or else what an instance has. */
  String image(String attribute) {
    Step step = plan.steps().get(Objects.requireNonNull(plan.image().get(attribute)));
    return attribute(step)
        .orElseGet(() -> names.get(ownerOf(attribute)) + "." + written(attribute));
  }

  /** The first instance that has an attribute of the image for the target. */
  private int ownerOf(String attribute) {
    int instance = 0;
    while (!isForTarget(graph.attributes(instance).get(attribute))) {
      instance++;
    }
    return instance;
  }

  private boolean isForTarget(@Nullable Integer derivation) {
    return derivation != null && hosts.isFor(derivation, plan.target().system());
  }

  /** The attributes of the image that no overlay makes what the plan takes. */
  ImmutableList<String> inexpressibleImage() {
    return plan.image().entrySet().stream()
        .filter(entry -> attribute(plan.steps().get(entry.getValue())).isEmpty())
        .map(Map.Entry::getKey)
        .collect(ImmutableList.toImmutableList());
  }

  /** What has failed before and is built with these overlays nevertheless. */
  ImmutableList<Plan.Failure> failuresAgain() {
    BitSet built = built();
    return plan.failures().stream()
        .filter(failure -> built.get(graph.find(failure.way().derivation()).orElseThrow()))
        .collect(ImmutableList.toImmutableList());
  }

  /** The derivations that the image is built of, as far as it can be told without evaluating it. */
  private BitSet built() {
    BitSet built = new BitSet();
    Deque<Integer> open = new ArrayDeque<>();
    plan.image()
        .forEach(
            (attribute, step) -> {
              Step provider = plan.steps().get(step);
              open.push(
                  attribute(provider).isPresent()
                      ? made(provider)
                      : Objects.requireNonNull(
                          graph.attributes(ownerOf(attribute)).get(attribute)));
            });
    while (!open.isEmpty()) {
      int derivation = open.pop();
      Step provider = providers.get(graph.path(derivation));
      boolean isSubstituted = provider != null && provider.action() == Action.SUBSTITUTE;
      if (isSubstituted || built.get(derivation)) {
        continue;
      }
      built.set(derivation);
      for (int input : graph.inputs(derivation)) {
        open.push(taken(derivation, input));
      }
    }
    return built;
  }

  /** What a derivation has for an input that it was evaluated with. */
  private int taken(int derivation, int input) {
    Step provider = providers.get(graph.path(input));
    return provider != null
            && isOther(provider, input)
            && inexpressible(derivation, input).isEmpty()
        ? made(provider)
        : input;
  }

  /**
   * By instance, the attributes that would have to be evaluated for its overlay to have all that
   * can be an attribute. Only what has a version is mostly called by its name.
   */
  ImmutableSetMultimap<Integer, String> missingAttributes() {
    SetMultimap<Integer, String> missing = TreeMultimap.create();
    for (Step step : plan.steps()) {
      if (step.action() == Action.BUILD) {
        int derivation = made(step);
        for (int input : graph.inputs(derivation)) {
          if (inexpressible(derivation, input).isPresent()) {
            addMissing(derivation, input, missing);
          }
        }
      }
    }
    for (String attribute : inexpressibleImage()) {
      int made = made(plan.steps().get(Objects.requireNonNull(plan.image().get(attribute))));
      addMissing(attribute, graph.instanceOf(made), made, missing);
    }
    return ImmutableSetMultimap.copyOf(missing);
  }

  private void addMissing(int user, int input, SetMultimap<Integer, String> missing) {
    int instance = graph.instanceOf(user);
    Step provider = Objects.requireNonNull(providers.get(graph.path(input)));
    int made = made(provider);
    String name =
        topAttribute(instance, input)
            .or(() -> topAttribute(graph.instanceOf(made), made))
            .orElse(provider.packageName());
    if (!provider.version().isEmpty() && !belowStdenv.get(instance).get(input)) {
      addMissing(name, instance, input, missing);
      addMissing(name, graph.instanceOf(made), made, missing);
    }
  }

  private void addMissing(
      String name, int instance, int derivation, SetMultimap<Integer, String> missing) {
    if (hosts.isFor(derivation, graph.instances().get(instance).host().system())
        && !graph.attributes(instance).containsValue(derivation)
        && !graph.attributes(instance).containsKey(name)
        && !graph.failures(instance).containsKey(name)) {
      missing.put(instance, name);
    }
  }

  /** What a derivation is called at the top of an instance. */
  private Optional<String> topAttribute(int instance, int derivation) {
    return graph.attributes(instance).entrySet().stream()
        .filter(entry -> entry.getValue() == derivation && path(entry.getKey()).size() == 1)
        .map(Map.Entry::getKey)
        .findFirst();
  }
}

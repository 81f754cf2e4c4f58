package dev.crossplan.planner.plan;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.derivation.SurrogateEscape;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.AttributePath;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Platform;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes a plan as overlays, for who keeps a flake: in each instance, the attributes that the plan
 * takes from another one are those of that other one. The instances so refer to one another; since
 * no step of a plan needs itself, neither do they.
 *
 * <p>Overlays do less than a plan. They replace attributes at the top of a package set, so what is
 * no such attribute cannot be replaced, and they do not reach what was made before the package set:
 * the stages of a bootstrap, and the stdenv. In a cross instance they apply to the packages that
 * run where builds run as well, which must not get packages for the target; so they ask what a set
 * is for. What cannot be said so is listed in a comment.
 */
public final class PlanOverlay {
  private static final ImmutableSet<String> TAKEN =
      ImmutableSet.of(
          "builtins",
          "false",
          "final",
          "import",
          "nixpkgs",
          "null",
          "onlyFor",
          "overlays",
          "prev",
          "true");
  private static final int WIDTH = 100;

  private final OutputStream out;
  private final DerivationGraph graph;
  private final Plan plan;
  private final List<String> names;
  private final Map<StorePath, Step> providers = new HashMap<>();
  private final List<BitSet> belowStdenv = new ArrayList<>();

  /** By instance, what its overlay has: attributes, and what they are instead. */
  private final List<Map<String, Taken>> overlays = new ArrayList<>();

  /** By instance, the derivations that its overlay puts what the plan takes in place of. */
  private final List<BitSet> replaced = new ArrayList<>();

  private record Taken(String expression, String comment) {}

  private PlanOverlay(OutputStream out, Prepared prepared, Plan plan) {
    this.out = out;
    this.graph = prepared.packages().graph();
    this.plan = plan;
    List<List<String>> candidates = new ArrayList<>();
    for (Instance instance : graph.instances()) {
      candidates.add(ImmutableList.of(instance.name()));
    }
    this.names = NixNames.assign(candidates, TAKEN);
    plan.steps().forEach(step -> step.provides().forEach(path -> providers.put(path, step)));
    for (int instance = 0; instance < graph.instances().size(); instance++) {
      belowStdenv.add(belowStdenv(instance));
      overlays.add(new TreeMap<>());
      replaced.add(new BitSet());
      addAttributes(instance);
      addSets(instance);
    }
  }

  /**
   * Writes the overlays.
   *
   * @param prepared what {@code plan} was made from
   */
  public static void write(OutputStream out, Prepared prepared, Plan plan) throws IOException {
    new PlanOverlay(out, prepared, plan).write();
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
                                  new Taken(taken, "s" + provider.id() + ", " + label(provider)));
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
    int made = graph.find(provider.derivation()).orElseThrow();
    for (int other = 0; isOther(provider, derivation) && other < names.size(); other++) {
      if (Integer.valueOf(made).equals(graph.attributes(other).get(attribute))) {
        return names.get(other);
      }
    }
    return "";
  }

  private void write() throws IOException {
    put(header());
    put(listOfInexpressible());
    put("{ nixpkgs ? " + nixpkgs() + " }:\nlet\n");
    put(
        """
          # Only packages that run on `system`, and no stages of a bootstrap: in a cross instance overlays also apply to the
          # packages that run where builds run, in nixpkgs also to the stages.
          onlyFor = system: prev: attributes:
            if prev.stdenv.hostPlatform.system == system
              && builtins.substring 0 10 (prev.stdenv.name or "") != "bootstrap-"
            then attributes
            else { };

        """);
    for (int instance = 0; instance < names.size(); instance++) {
      put(imported(instance));
    }
    put("  overlays = {\n");
    for (int instance = 0; instance < names.size(); instance++) {
      put(overlay(instance));
    }
    put("  };\nin\n{\n  inherit overlays;\n");
    put("  instances = { inherit " + Joiner.on(' ').join(names) + "; };\n");
    writeImage();
    put("}\n");
  }

  private void put(String text) throws IOException {
    out.write(SurrogateEscape.encode(text));
  }

  private String header() {
    return comment(
            Visible.line(plan.name())
                + ", planned by crossplan: overlays that bring each instance as close to the plan"
                + " as overlays can.")
        + """
        #
        #     nix-build overlay.nix --arg nixpkgs ./nixpkgs -A image
        #
        """
        + comment(
            "Each instance is an import of nixpkgs with an overlay, in which attributes are those"
                + " of another instance where the plan takes them from there. How many of the"
                + " derivations are those of the plan is not known here: a package that is"
                + " overridden, or that is evaluated otherwise beside other packages, is another"
                + " one. `crossplan plan --format nix` writes the plan itself.")
        + "#\n";
  }

  /** A paragraph; where it is indented, its lines after the first are so once more. */
  private static String comment(String text) {
    int indent = text.indexOf(text.strip());
    StringBuilder comment = new StringBuilder("#").append(" ".repeat(indent));
    int column = comment.length();
    for (String word : text.strip().split(" ", -1)) {
      if (column + word.length() + 1 > WIDTH) {
        comment.append("\n#").append(" ".repeat(2 * indent));
        column = 1 + 2 * indent;
      }
      comment.append(' ').append(word);
      column += word.length() + 1;
    }
    return comment.append('\n').toString();
  }

  // What overlays cannot say

  private String listOfInexpressible() {
    Map<String, TreeSet<Integer>> users = new TreeMap<>();
    BitSet direct = new BitSet();
    BitSet above = new BitSet();
    for (Step step : plan.steps()) {
      if (step.action() != Action.BUILD) {
        continue;
      }
      int derivation = graph.find(step.derivation()).orElseThrow();
      for (int input : graph.inputs(derivation)) {
        Optional<String> why = inexpressible(derivation, input);
        if (why.isPresent()) {
          users.computeIfAbsent(why.get(), none -> new TreeSet<>()).add(step.id());
          direct.set(step.id());
        }
      }
      if (!direct.get(step.id())
          && step.inputs().stream().anyMatch(input -> direct.get(input) || above.get(input))) {
        above.set(step.id());
      }
    }
    StringBuilder list = new StringBuilder();
    if (direct.isEmpty()) {
      list.append("# There is no step that overlays cannot express.\n");
    } else {
      list.append(
          comment(
              "Overlays cannot express "
                  + direct.cardinality()
                  + " of the "
                  + plan.count(Action.BUILD)
                  + " builds, and so "
                  + above.cardinality()
                  + " above them are others too:"));
      users.forEach(
          (why, steps) -> {
            List<String> labels = new ArrayList<>();
            steps.forEach(step -> labels.add("s" + step + " " + label(plan.steps().get(step))));
            list.append(comment("  " + why + ": " + Joiner.on(", ").join(labels)));
          });
    }
    for (Plan.KeptApart apart : plan.unpaired()) {
      List<String> built = new ArrayList<>();
      for (Step step : plan.steps()) {
        if (step.action() == Action.BUILD && apart.derivations().contains(step.derivation())) {
          built.add("s" + step.id() + " " + label(step));
        }
      }
      if (built.size() > 1) {
        list.append(
            comment(
                "  unpaired, each instance has its own: "
                    + Joiner.on(", ").join(built)
                    + ": "
                    + Visible.line(apart.reason())));
      }
    }
    return list.append("#\n").toString();
  }

  private static String label(Step step) {
    return Visible.line(step.label()) + " (" + step.word() + ")";
  }

  /** Why no overlay gives {@code derivation} the input that the plan gives it instead. */
  private Optional<String> inexpressible(int derivation, int input) {
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
          isAtTop(instance, input)
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

  private boolean isAtTop(int instance, int derivation) {
    return graph.attributes(instance).entrySet().stream()
        .anyMatch(entry -> entry.getValue() == derivation && path(entry.getKey()).size() == 1);
  }

  private String instanceName(int instance) {
    return Visible.line(graph.instances().get(instance).name());
  }

  private boolean isOther(Step provider, int derivation) {
    int made = graph.find(provider.derivation()).orElseThrow();
    StorePath output = graph.facts(made).outputPath(0);
    return made != derivation
        && (output == null || !Objects.equals(output, graph.facts(derivation).outputPath(0)));
  }

  // Instances

  private String nixpkgs() {
    ImmutableSet<String> named =
        graph.instances().stream()
            .map(Instance::source)
            .filter(Instance.Nixpkgs.class::isInstance)
            .map(source -> ((Instance.Nixpkgs) source).nixpkgs())
            .filter(path -> path.startsWith("/"))
            .collect(ImmutableSet.toImmutableSet());
    return named.size() == 1 ? "/. + " + NixText.of(named.iterator().next()).write(0) : "<nixpkgs>";
  }

  private String imported(int number) {
    Instance instance = graph.instances().get(number);
    StringBuilder text = new StringBuilder();
    text.append("  ").append(names.get(number)).append(" = import nixpkgs {\n");
    text.append("    localSystem = ").append(platform(instance.local())).append(";\n");
    instance
        .cross()
        .ifPresent(
            cross -> text.append("    crossSystem = ").append(platform(cross)).append(";\n"));
    text.append("    config = { };\n    overlays = [ ");
    if (instance.source() instanceof Instance.Nixpkgs nixpkgs) {
      nixpkgs
          .overlays()
          .forEach(
              overlay ->
                  text.append("(import (/. + ")
                      .append(NixText.of(overlay.toString()).write(0))
                      .append(")) "));
    }
    return text.append("overlays.").append(names.get(number)).append(" ];\n  };\n\n").toString();
  }

  /** As evaluated: what the manifest leaves to nixpkgs is left to nixpkgs. */
  private static String platform(Platform platform) {
    StringBuilder set = new StringBuilder("{ ");
    platform.config().ifPresent(config -> append(set, "config", config));
    if (!platform.config().map(Platform::systemOfTriple).equals(Optional.of(platform.system()))) {
      append(set, "system", platform.system());
    }
    platform.arch().ifPresent(arch -> append(set, "gcc.arch", arch));
    platform.abi().ifPresent(abi -> append(set, "gcc.abi", abi));
    platform.tune().ifPresent(tune -> append(set, "gcc.tune", tune));
    return set.append('}').toString();
  }

  private static void append(StringBuilder set, String name, String value) {
    set.append(name).append(" = ").append(NixText.of(value).write(0)).append("; ");
  }

  private String overlay(int instance) {
    StringBuilder text = new StringBuilder();
    overlays
        .get(instance)
        .forEach(
            (name, taken) ->
                text.append("      ")
                    .append(NixText.attribute(name))
                    .append(" = ")
                    .append(taken.expression())
                    .append("; # ")
                    .append(taken.comment())
                    .append('\n'));
    String system = graph.instances().get(instance).host().system();
    return "    "
        + names.get(instance)
        + " = "
        + (text.isEmpty()
            ? "final: prev: { };\n"
            : "final: prev: onlyFor "
                + NixText.of(system).write(0)
                + " prev {\n"
                + text
                + "    };\n");
  }

  /** An attribute of an instance that is what a step makes. */
  private Optional<String> attribute(Step step) {
    int derivation = graph.find(step.derivation()).orElseThrow();
    for (int instance = 0; instance < names.size(); instance++) {
      for (Map.Entry<String, Integer> attribute : graph.attributes(instance).entrySet()) {
        if (attribute.getValue() == derivation) {
          return Optional.of(
              names.get(instance)
                  + "."
                  + Joiner.on('.')
                      .join(path(attribute.getKey()).stream().map(NixText::attribute).iterator()));
        }
      }
    }
    return Optional.empty();
  }

  private void writeImage() throws IOException {
    List<String> image = new ArrayList<>();
    for (int step : plan.image().values()) {
      image.add(attribute(plan.steps().get(step)).orElse("null"));
    }
    put(
        "  image = "
            + (image.size() == 1 ? image.get(0) : "[ " + Joiner.on(' ').join(image) + " ]")
            + ";\n");
  }
}

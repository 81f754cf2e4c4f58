package dev.crossplan.planner.plan;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.derivation.SurrogateEscape;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Platform;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.BitSet;
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

  private final DerivationGraph graph;
  private final Plan plan;
  private final List<String> names;
  private final Overlays overlays;
  private final ImmutableSetMultimap<Integer, String> missing;
  private final ImmutableList<String> failuresAgain;

  private PlanOverlay(Prepared prepared, Plan plan) {
    this.graph = prepared.packages().graph();
    this.plan = plan;
    List<List<String>> candidates = new ArrayList<>();
    for (Instance instance : graph.instances()) {
      candidates.add(ImmutableList.of(instance.name()));
    }
    this.names = NixNames.assign(candidates, TAKEN);
    this.overlays = new Overlays(prepared, plan, names);
    this.missing = overlays.missingAttributes();
    this.failuresAgain =
        overlays.failuresAgain().stream()
            .map(failure -> failure.way().derivation().derivationName() + ": " + failure.why())
            .collect(ImmutableList.toImmutableList());
  }

  /**
   * The overlays of a plan.
   *
   * @param prepared what {@code plan} was made from
   */
  public static PlanOverlay of(Prepared prepared, Plan plan) {
    return new PlanOverlay(prepared, plan);
  }

  /** Writes them as a file of the Nix language. */
  public void write(OutputStream out) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(header()).append(NixComment.of(plan.lost())).append(listOfInexpressible());
    text.append(
        """
        { nixpkgs ? %s }:
        let
          # Only packages that run on `system`, and no stages of a bootstrap: in a cross instance overlays also apply to the
          # packages that run where builds run, in nixpkgs also to the stages. A package set that does not tell what it is
          # for, having no stdenv, is taken to be for `system`.
          onlyFor = system: prev: attributes:
            if (prev.stdenv.hostPlatform.system or system) == system
              && builtins.substring 0 10 (prev.stdenv.name or "") != "bootstrap-"
            then attributes
            else { };

        """
            .formatted(nixpkgs()));
    for (int instance = 0; instance < names.size(); instance++) {
      text.append(imported(instance));
    }
    text.append("  overlays = {\n");
    for (int instance = 0; instance < names.size(); instance++) {
      text.append(overlay(instance));
    }
    text.append("  };\nin\n{\n  inherit overlays;\n");
    text.append("  instances = { inherit " + Joiner.on(' ').join(names) + "; };\n");
    text.append("  image = ").append(image()).append(";\n}\n");
    out.write(SurrogateEscape.encode(text.toString()));
  }

  private String header() {
    return NixComment.of(
            Visible.line(plan.name())
                + ", planned by crossplan: overlays that bring each instance as close to the plan"
                + " as overlays can.")
        + """
        #
        #     nix-build overlay.nix --arg nixpkgs ./nixpkgs -A image
        #
        """
        + NixComment.of(
            "Each instance is an import of nixpkgs with an overlay, in which attributes are those"
                + " of another instance where the plan takes them from there. How many of the"
                + " derivations are those of the plan is not known here: a package that is"
                + " overridden, or that is evaluated otherwise beside other packages, is another"
                + " one. `crossplan plan --format nix` writes the plan itself.")
        + "#\n";
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
        Optional<String> why =
            step.tools().containsKey(graph.path(input))
                ? Optional.of("tools that run natively, though the build is emulated")
                : overlays.inexpressible(derivation, input);
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
          NixComment.of(
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
            list.append(NixComment.of("  " + why + ": " + Joiner.on(", ").join(labels)));
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
            NixComment.of(
                "  unpaired, each instance has its own: "
                    + Joiner.on(", ").join(built)
                    + ": "
                    + Visible.line(apart.reason())));
      }
    }
    for (String attribute : overlays.inexpressibleImage()) {
      list.append(
          NixComment.of(
              "  the image has the "
                  + attribute
                  + " of an instance, not "
                  + label(plan.steps().get(Objects.requireNonNull(plan.image().get(attribute))))));
    }
    if (!missing.isEmpty()) {
      list.append("#\n");
      list.append(
          NixComment.of(
              "What is not evaluated as an attribute is not known to be one: there each instance"
                  + " takes its own, and so a package may be built twice."));
      remedies().forEach(remedy -> list.append(NixComment.of(remedy)));
    }
    if (!failuresAgain.isEmpty()) {
      list.append("#\n").append(NixComment.of("What failed before is built nevertheless:"));
      failuresAgain.forEach(failure -> list.append(NixComment.of("  " + failure)));
    }
    return list.append("#\n").toString();
  }

  /** How to have more of the plan expressed, a sentence each. */
  public ImmutableList<String> remedies() {
    ImmutableList.Builder<String> remedies = ImmutableList.builder();
    missing
        .asMap()
        .forEach(
            (number, attributes) -> {
              Instance instance = graph.instances().get(number);
              String wanted = Joiner.on(", ").join(attributes);
              remedies.add(
                  instance.source() instanceof Instance.Nixpkgs nixpkgs
                      ? "Maybe add to attrs of "
                          + instance.name()
                          + (nixpkgs.attributes().isEmpty() ? ", beside the image: " : ": ")
                          + wanted
                      : "Maybe evaluate more attributes for the jobs of "
                          + instance.name()
                          + ": "
                          + wanted);
            });
    return remedies.build();
  }

  /** What failed before and is built with these overlays nevertheless, and why. */
  public ImmutableList<String> failuresAgain() {
    return failuresAgain;
  }

  static String label(Step step) {
    return Visible.line(step.label()) + " (" + step.word() + ")";
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
        .of(instance)
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

  private String image() {
    List<String> image = new ArrayList<>();
    plan.image().keySet().forEach(attribute -> image.add(overlays.image(attribute)));
    return image.size() == 1 ? image.get(0) : "[ " + Joiner.on(' ').join(image) + " ]";
  }
}

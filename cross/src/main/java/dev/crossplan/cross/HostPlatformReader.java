package dev.crossplan.cross;

import dev.crossplan.cross.CrossPlatforms.Claim;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.variant.HostPlatforms;
import dev.crossplan.planner.variant.HostPlatforms.Basis;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the host platform off the derivations of a graph. {@code system} of a derivation is where
 * it is built; for what an instance without crossSystem evaluates to, that is all. In an instance
 * that cross-compiles, nixpkgs sets {@code --host} and {@code CMAKE_SYSTEM_PROCESSOR} on nearly
 * every package ({@code make-derivation.nix}); what has neither is known by its name, by being an
 * attribute, or by what it is built in and with.
 */
final class HostPlatformReader {
  private final DerivationGraph graph;
  private final @Nullable String[] systems;
  private final Basis[] bases;

  HostPlatformReader(DerivationGraph graph) {
    this.graph = graph;
    this.systems = new String[graph.size()];
    this.bases = new Basis[graph.size()];
    Arrays.fill(bases, Basis.UNKNOWN);
  }

  HostPlatforms read() {
    BitSet attributes = crossAttributes();
    BitSet ofItsPlatform = notCrossCompiled();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      if (!graph.facts(derivation).isFixedOutput()) {
        if (ofItsPlatform.get(derivation)) {
          claim(derivation, graph.facts(derivation).system(), Basis.INSTANCE);
        } else {
          decide(derivation, attributes);
        }
      }
    }
    decideByStandardEnvironment();
    decideByInputs();
    decideUnmarked();
    return new HostPlatforms(systems, bases);
  }

  /** What stands at the top of a cross instance, where everything is for the target. */
  private BitSet crossAttributes() {
    BitSet found = new BitSet();
    for (int instance = 0; instance < graph.instances().size(); instance++) {
      if (graph.instances().get(instance).isCross()) {
        graph
            .attributes(instance)
            .forEach(
                (attribute, derivation) -> {
                  if (!attribute.contains(".")) {
                    found.set(derivation);
                  }
                });
      }
    }
    return found;
  }

  /** What instances have that do not cross-compile: it is for the platform that builds it. */
  private BitSet notCrossCompiled() {
    BitSet found = new BitSet();
    for (int instance = 0; instance < graph.instances().size(); instance++) {
      if (!graph.instances().get(instance).isCross()) {
        graph.addMembers(instance, found);
      }
    }
    return found;
  }

  private void decide(int derivation, BitSet attributes) {
    DerivationFacts facts = graph.facts(derivation);
    Instance instance = graph.instances().get(graph.instanceOf(derivation));
    String target = instance.host().system();
    String triple = instance.host().triple();
    Optional<Claim> flags = CrossPlatforms.byFlags(facts.platformFlags(), instance);
    if (facts.system().equals(target) && !target.equals(instance.local().system())) {
      claim(derivation, target, Basis.INSTANCE);
    } else if (flags.isPresent()) {
      claim(derivation, flags.get().system(), flags.get().basis());
    } else if (facts.name().startsWith(triple + "-")) {
      claim(derivation, facts.system(), Basis.TOOL_NAME);
    } else if (attributes.get(derivation)) {
      claim(derivation, target, Basis.ATTRIBUTE);
    } else if (hasSuffix(facts.name(), triple)) {
      claim(derivation, target, Basis.NAME);
    }
  }

  private static boolean hasSuffix(String name, String triple) {
    int at = name.indexOf("-" + triple);
    int end = at + 1 + triple.length();
    return at > 0 && (end == name.length() || name.charAt(end) == '-');
  }

  private void claim(int derivation, String system, Basis basis) {
    systems[derivation] = system;
    bases[derivation] = basis;
  }

  /** What has no mark is for the platform that all marked derivations of its stdenv are for. */
  private void decideByStandardEnvironment() {
    Map<String, Set<String>> platformsOf = new HashMap<>();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      String system = systems[derivation];
      if (system != null) {
        graph
            .facts(derivation)
            .standardEnvironment()
            .ifPresent(
                stdenv -> platformsOf.computeIfAbsent(stdenv, none -> new HashSet<>()).add(system));
      }
    }
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      if (undecided(derivation)) {
        Set<String> platforms =
            graph.facts(derivation).standardEnvironment().map(platformsOf::get).orElse(null);
        if (platforms != null && platforms.size() == 1) {
          claim(derivation, platforms.iterator().next(), Basis.STANDARD_ENVIRONMENT);
        }
      }
    }
  }

  /** What is left is for the platform of its inputs in host roles, where they agree. */
  private void decideByInputs() {
    for (int derivation : graph.inputsFirst()) {
      if (!undecided(derivation) || graph.facts(derivation).hostInputs().isEmpty()) {
        continue;
      }
      Set<String> platforms = new HashSet<>();
      for (int input : graph.inputs(derivation)) {
        String system = systems[input];
        if (system != null && isHostInput(derivation, input)) {
          platforms.add(system);
        }
      }
      if (platforms.size() == 1) {
        claim(derivation, platforms.iterator().next(), Basis.INPUTS);
      }
    }
  }

  /**
   * nixpkgs marks all that a cross stdenv builds, so what is left is of a stdenv for the build
   * platform, if nothing that this stdenv builds is marked.
   */
  private void decideUnmarked() {
    Set<String> marking = new HashSet<>();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      if (systems[derivation] != null) {
        graph.facts(derivation).standardEnvironment().ifPresent(marking::add);
      }
    }
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      DerivationFacts facts = graph.facts(derivation);
      if (undecided(derivation)
          && facts.standardEnvironment().filter(stdenv -> !marking.contains(stdenv)).isPresent()) {
        claim(derivation, facts.system(), Basis.UNMARKED);
      }
    }
  }

  private boolean isHostInput(int derivation, int input) {
    DerivationFacts facts = graph.facts(input);
    for (int output = 0; output < facts.outputCount(); output++) {
      StorePath path = facts.outputPath(output);
      if (path != null
          && graph.facts(derivation).hostInputs().contains(withoutTriples(path.name()))) {
        return true;
      }
    }
    return false;
  }

  private String withoutTriples(String name) {
    String plain = name;
    for (Instance instance : graph.instances()) {
      plain = plain.replace("-" + instance.host().triple(), "");
    }
    return plain;
  }

  private boolean undecided(int derivation) {
    return systems[derivation] == null && !graph.facts(derivation).isFixedOutput();
  }
}

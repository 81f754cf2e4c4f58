package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.variant.Packages;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Attributes of the image that are one derivation in an instance for the target and in one for
 * another platform: of a package set that takes {@code crossSystem} and does nothing with it. The
 * {@code system} of a derivation tells nothing of that, as disk images and firmware are built where
 * it is quick.
 */
public final class IgnoredPlatform {
  private IgnoredPlatform() {}

  /** A warning for each attribute of the image and instance for the target. */
  public static ImmutableList<String> of(Packages packages, Manifest manifest) {
    DerivationGraph graph = packages.graph();
    String target = manifest.target().system();
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    for (String attribute : manifest.image()) {
      Map<Integer, Instance> elsewhere = new TreeMap<>();
      for (int instance = graph.instances().size() - 1; instance >= 0; instance--) {
        Integer derivation = graph.attributes(instance).get(attribute);
        if (derivation != null && !isFor(graph, instance, target)) {
          elsewhere.put(derivation, graph.instances().get(instance));
        }
      }
      for (int instance = 0; instance < graph.instances().size(); instance++) {
        Integer derivation = graph.attributes(instance).get(attribute);
        if (derivation != null && isFor(graph, instance, target)) {
          Instance asked = graph.instances().get(instance);
          Optional.ofNullable(elsewhere.get(derivation))
              .filter(other -> !isMarked(graph.facts(derivation), target))
              .ifPresent(other -> warnings.add(warning(attribute, asked, other, target)));
        }
      }
    }
    return warnings.build();
  }

  private static boolean isFor(DerivationGraph graph, int instance, String system) {
    return graph.instances().get(instance).host().system().equals(system);
  }

  /** Of the target whoever evaluates it, as {@code pkgsCross} has it, or of no platform. */
  private static boolean isMarked(DerivationFacts facts, String target) {
    String processor = target.substring(0, target.indexOf('-') + 1);
    return facts.isFixedOutput()
        || facts.name().contains(processor)
        || facts.platformFlags().stream().anyMatch(flag -> flag.contains(processor));
  }

  private static String warning(String attribute, Instance asked, Instance other, String target) {
    return attribute
        + " of "
        + asked.name()
        + " is the same derivation as that of "
        + other.name()
        + ", which is for "
        + other.host().system()
        + ": unless it is data that any machine reads, it does not run on "
        + target
        + ". Maybe the package set ignores "
        + (asked.isCross() ? "crossSystem" : "localSystem")
        + "; let it give another derivation for each platform, or leave "
        + asked.name()
        + " out";
  }
}

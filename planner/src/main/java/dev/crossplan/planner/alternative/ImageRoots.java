package dev.crossplan.planner.alternative;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Suggestion;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.variant.Packages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Finds the attributes of the image in the instances that are for the target. */
final class ImageRoots {
  private ImageRoots() {}

  /**
   * @throws InputException if an attribute is in no instance for the target, or is another package
   *     in each
   */
  static ImmutableList<Alternatives.Root> of(Packages packages, Manifest manifest) {
    ImmutableList.Builder<Alternatives.Root> roots = ImmutableList.builder();
    for (String attribute : manifest.image()) {
      ImmutableIntArray derivations = derivations(packages, manifest, attribute);
      if (derivations.isEmpty()) {
        throw missing(packages, manifest, attribute);
      }
      checkNames(packages, manifest, attribute, derivations);
      roots.add(new Alternatives.Root(attribute, derivations));
    }
    return roots.build();
  }

  private static ImmutableIntArray derivations(
      Packages packages, Manifest manifest, String attribute) {
    DerivationGraph graph = packages.graph();
    List<Integer> found = new ArrayList<>();
    for (int instance = 0; instance < graph.instances().size(); instance++) {
      Integer derivation = graph.attributes(instance).get(attribute);
      if (derivation != null
          && !found.contains(derivation)
          && graph.instances().get(instance).host().system().equals(manifest.target().system())
          && runsOnTarget(packages, manifest, derivation)) {
        found.add(derivation);
      }
    }
    return ImmutableIntArray.copyOf(found);
  }

  private static boolean runsOnTarget(Packages packages, Manifest manifest, int derivation) {
    return manifest
        .target()
        .march()
        .map(march -> packages.marches().runsOn(derivation, march))
        .orElse(true);
  }

  /** An attribute that is vim here and nano there is a mistake, whichever of them is cheaper. */
  private static void checkNames(
      Packages packages, Manifest manifest, String attribute, ImmutableIntArray derivations) {
    if (derivations.stream().mapToObj(each -> packages.name(each).base()).distinct().count() == 1) {
      return;
    }
    StringBuilder told = new StringBuilder();
    for (int derivation : derivations.asList()) {
      told.append("\n  ")
          .append(instanceName(packages.graph(), derivation))
          .append(": ")
          .append(packages.graph().facts(derivation).name());
    }
    throw new InputException(
        manifest.file() + ": attribute " + attribute + " of the image is not one package:" + told,
        "Maybe the instances are of different commits or overlays.");
  }

  private static String instanceName(DerivationGraph graph, int derivation) {
    return graph.instances().get(graph.instanceOf(derivation)).name();
  }

  private static InputException missing(Packages packages, Manifest manifest, String attribute) {
    DerivationGraph graph = packages.graph();
    TreeSet<String> known = new TreeSet<>();
    StringBuilder told = new StringBuilder();
    boolean anyInstance = false;
    boolean demanding = false;
    for (int instance = 0; instance < graph.instances().size(); instance++) {
      if (!graph.instances().get(instance).host().system().equals(manifest.target().system())) {
        continue;
      }
      anyInstance = true;
      known.addAll(graph.attributes(instance).keySet());
      if (graph.attributes(instance).containsKey(attribute)) {
        demanding = true;
        told.append("\n  ")
            .append(graph.instances().get(instance).name())
            .append(": it is compiled for more than the target's ")
            .append(manifest.target().march().orElse("march"))
            .append(" has");
      }
      Map<String, String> failures = graph.failures(instance);
      if (failures.containsKey(attribute)) {
        told.append("\n  ")
            .append(graph.instances().get(instance).name())
            .append(": it did not evaluate: ")
            .append(firstLine(failures.getOrDefault(attribute, "")));
      }
    }
    String message =
        manifest.file()
            + ": the image needs attribute "
            + attribute
            + ", which is in no instance for "
            + manifest.target().system()
            + told
            + othersMissing(packages, manifest, attribute);
    if (!anyInstance) {
      return new InputException(
          message,
          "Maybe add an [[instance]] with localSystem or crossSystem "
              + manifest.target().system()
              + ".");
    }
    if (demanding) {
      return new InputException(
          message, "Maybe give the instance a gcc.arch that the target has, or mend its march.");
    }
    if (!told.isEmpty()) {
      return new InputException(message, "Maybe mend what does not evaluate, or leave it out.");
    }
    return new InputException(message, Suggestion.oneOf(attribute, known));
  }

  /** All at once, so that they can be mended at once. */
  private static String othersMissing(Packages packages, Manifest manifest, String first) {
    List<String> others =
        manifest.image().stream()
            .filter(attribute -> !attribute.equals(first))
            .filter(attribute -> derivations(packages, manifest, attribute).isEmpty())
            .toList();
    return others.isEmpty()
        ? ""
        : (others.size() == 1 ? "\n  nor is " : "\n  nor are ") + String.join(", ", others);
  }

  private static String firstLine(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst().orElse("");
  }
}

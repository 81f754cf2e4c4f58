package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ListMultimap;
import com.google.common.collect.MultimapBuilder;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.Fingerprint;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.variant.PackageName;
import dev.crossplan.planner.variant.Packages;
import dev.crossplan.planner.variant.Unpaired;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What has one name, is for the target and is nevertheless built more than once: in both worlds,
 * which mostly is a stage of the bootstrap that comes before the package itself, which cannot take
 * its place there; or in several versions, of instances at different commits.
 */
final class NamesakesBuilt {
  private NamesakesBuilt() {}

  /** Those that {@code packages} does not report already. */
  static ImmutableList<Unpaired> of(Packages packages, String target, List<StepDraft> drafts) {
    ListMultimap<PackageName, StepDraft> byName =
        MultimapBuilder.linkedHashKeys().arrayListValues().build();
    for (StepDraft draft : drafts) {
      if (draft.making.action() == Action.BUILD
          && packages.hosts().isFor(draft.derivation(), target)) {
        byName.put(packages.name(draft.derivation()), draft);
      }
    }
    Set<Integer> reported = new HashSet<>();
    packages.unpaired().forEach(each -> reported.addAll(each.derivations().asList()));
    ImmutableList.Builder<Unpaired> found = ImmutableList.builder();
    for (PackageName name : byName.keySet()) {
      List<StepDraft> built = byName.get(name);
      long crossBuilt = built.stream().filter(NamesakesBuilt::isCross).count();
      List<Integer> derivations = new ArrayList<>();
      built.forEach(draft -> derivations.add(draft.derivation()));
      if (crossBuilt > 0 && crossBuilt < built.size() && !reported.containsAll(derivations)) {
        found.add(
            new Unpaired(
                ImmutableIntArray.copyOf(derivations), name + ": " + reason(packages, built)));
      }
    }
    found.addAll(versions(packages, byName, reported));
    return found.build();
  }

  /** One version here, another there: an instance that has both is meant to. */
  private static List<Unpaired> versions(
      Packages packages, ListMultimap<PackageName, StepDraft> byName, Set<Integer> reported) {
    ListMultimap<String, PackageName> byBase = MultimapBuilder.treeKeys().arrayListValues().build();
    byName.keySet().stream()
        .filter(name -> !name.stage())
        .forEach(name -> byBase.put(name.base(), name));
    List<Unpaired> found = new ArrayList<>();
    for (String base : byBase.keySet()) {
      List<PackageName> names = byBase.get(base);
      List<Integer> derivations = new ArrayList<>();
      names.forEach(name -> byName.get(name).forEach(draft -> derivations.add(draft.derivation())));
      if (names.size() > 1
          && !reported.containsAll(derivations)
          && areOfSeveralInstances(packages, derivations)) {
        found.add(
            new Unpaired(
                ImmutableIntArray.copyOf(derivations),
                base
                    + ": "
                    + String.join(
                        " and ", names.stream().map(PackageName::version).sorted().toList())
                    + why(packages, base, derivations)));
      }
    }
    return found;
  }

  /**
   * A package set that has it in several versions may have the other one too: which there are is
   * all that is known then.
   */
  private static String why(Packages packages, String base, List<Integer> derivations) {
    Map<Instance.Source, NavigableSet<String>> versions = versionsBySet(packages, base);
    if (versions.values().stream().allMatch(ofSet -> ofSet.size() == 1)) {
      return ", since the instances are of package sets that have it in different versions";
    }
    Map<Instance.Source, String> told = new LinkedHashMap<>();
    derivations.stream()
        .map(packages.graph()::instanceOf)
        .distinct()
        .sorted()
        .map(packages.graph().instances()::get)
        .forEach(
            instance ->
                told.putIfAbsent(
                    packageSet(instance),
                    "that of "
                        + instance.name()
                        + " has "
                        + String.join(
                            " and ",
                            versions.getOrDefault(packageSet(instance), new TreeSet<>()))));
    return "; of the package sets, as far as they are evaluated, "
        + String.join(", ", told.values());
  }

  /** By package set, the versions in which it is evaluated, for whatever platform. */
  private static Map<Instance.Source, NavigableSet<String>> versionsBySet(
      Packages packages, String base) {
    Map<Instance.Source, NavigableSet<String>> versions = new HashMap<>();
    for (int derivation = 0; derivation < packages.graph().size(); derivation++) {
      PackageName name = packages.name(derivation);
      if (name.base().equals(base)
          && !name.stage()
          && !packages.graph().facts(derivation).isFixedOutput()) {
        for (int number = 0; number < packages.graph().instances().size(); number++) {
          if (packages.graph().isIn(number, derivation)) {
            versions
                .computeIfAbsent(
                    packageSet(packages.graph().instances().get(number)), none -> new TreeSet<>())
                .add(name.version());
          }
        }
      }
    }
    return versions;
  }

  /** What the instance is made of, for whatever platform and whatever is asked of it. */
  private static Instance.Source packageSet(Instance instance) {
    return instance.source() instanceof Instance.Nixpkgs nixpkgs
        ? new Instance.Nixpkgs(
            nixpkgs.nixpkgs(), nixpkgs.revision(), nixpkgs.overlays(), ImmutableList.of())
        : instance.source();
  }

  /** Whether no instance has two of them. */
  private static boolean areOfSeveralInstances(Packages packages, List<Integer> derivations) {
    for (int number = 0; number < packages.graph().instances().size(); number++) {
      int instance = number;
      if (derivations.stream().filter(each -> packages.graph().isIn(instance, each)).count() > 1) {
        return false;
      }
    }
    return true;
  }

  private static String reason(Packages packages, List<StepDraft> built) {
    if (built.stream().anyMatch(each -> !packages.servedBy(each.derivation()).isEmpty())) {
      return "a stage of the bootstrap is built in one world, and the package, which needs it, in"
          + " the other";
    }
    Fingerprint first = fingerprint(packages, built.get(0));
    Set<String> differences = new TreeSet<>();
    built.forEach(each -> differences.addAll(first.differences(fingerprint(packages, each))));
    return "built in both worlds, as nothing proves that they are the same"
        + (differences.isEmpty() ? "" : "; they differ in " + String.join(", ", differences));
  }

  private static Fingerprint fingerprint(Packages packages, StepDraft draft) {
    return packages.graph().facts(draft.derivation()).fingerprint();
  }

  private static boolean isCross(StepDraft draft) {
    return draft.making.strategy().equals(Optional.of(Strategy.CROSS));
  }
}

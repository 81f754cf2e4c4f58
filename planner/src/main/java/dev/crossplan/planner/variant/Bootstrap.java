package dev.crossplan.planner.variant;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.variant.Evidence.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The stages of bootstraps: derivations of one name, for one platform and built on one, of which
 * the later need the earlier.
 */
final class Bootstrap {
  private final DerivationGraph graph;
  private final HostPlatforms hosts;
  private final ImmutableList<PackageName> names;
  private final Likeness likeness;
  private final Set<Integer> attributes;
  private final List<List<Integer>> groups;
  private final Reachability needs;
  private final Reachability needsOrFetchesWith;

  /**
   * @param attributes derivations that are attributes of an instance: none is a stage
   */
  Bootstrap(
      DerivationGraph graph,
      HostPlatforms hosts,
      ImmutableList<PackageName> names,
      Likeness likeness,
      Set<Integer> attributes) {
    this.graph = graph;
    this.hosts = hosts;
    this.names = names;
    this.likeness = likeness;
    this.attributes = attributes;
    this.groups = groups();
    this.needs = new Reachability(graph, groups, false);
    this.needsOrFetchesWith = new Reachability(graph, groups, true);
  }

  /** Derivations that may be stages of one another. */
  private List<List<Integer>> groups() {
    Map<String, List<Integer>> found = new LinkedHashMap<>();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      Optional<String> host = hosts.system(derivation);
      if (host.isPresent()) {
        String key =
            names.get(derivation).base()
                + " "
                + host.get()
                + " "
                + graph.facts(derivation).system();
        found.computeIfAbsent(key, none -> new ArrayList<>()).add(derivation);
      }
    }
    found.values().removeIf(members -> members.size() == 1);
    return List.copyOf(found.values());
  }

  /** Whether one of the two is built with the help of the other. */
  boolean areRelated(int first, int second) {
    return needsOrFetchesWith.reaches(first, second) || needsOrFetchesWith.reaches(second, first);
  }

  /**
   * Those of {@code kind}, which are alike, in {@code instance} that no other of them needs;
   * attributes before all.
   */
  List<Integer> lastOf(List<Integer> kind, int instance) {
    List<Integer> here = kind.stream().filter(member -> graph.isIn(instance, member)).toList();
    List<Integer> named = here.stream().filter(attributes::contains).toList();
    return named.size() == 1 ? named : notNeededByOthers(here);
  }

  private List<Integer> notNeededByOthers(List<Integer> members) {
    return members.stream()
        .filter(
            member ->
                members.stream()
                    .noneMatch(
                        other ->
                            !other.equals(member) && needsOrFetchesWith.reaches(other, member)))
        .toList();
  }

  /**
   * The one of {@code candidates} that needs all others; none where there is no such one, or where
   * another has other inputs or outputs: that is a fork, not a stage.
   */
  List<Integer> lastStage(List<Integer> candidates) {
    return candidates.stream()
        .filter(
            last ->
                candidates.stream()
                    .allMatch(
                        other ->
                            other.equals(last)
                                || (needs.reaches(last, other)
                                    && likeness.sameFeatures(last, other))))
        .toList();
  }

  /** For each stage the derivation whose package serves where the stage is asked for. */
  ImmutableListMultimap<Integer, Evidence> stages(Classes classes) {
    Map<Integer, List<Integer>> successors = new TreeMap<>();
    for (List<Integer> members : groups) {
      for (int stage : members) {
        List<Integer> later = laterStages(stage, members, classes);
        if (later.size() == 1) {
          successors.put(stage, later);
        }
      }
    }
    ImmutableListMultimap.Builder<Integer, Evidence> stages = ImmutableListMultimap.builder();
    successors.forEach((stage, later) -> stages.put(stage, serves(stage, later.get(0))));
    for (StandardEnvironments.Succession found :
        StandardEnvironments.successions(graph, names, likeness::makerOf, successors)) {
      if (!classes.areOne(found.stage(), found.successor())
          && !successors.containsKey(found.stage())) {
        stages.put(found.stage(), serves(found.stage(), found.successor()));
      }
    }
    return stages.build();
  }

  private Evidence serves(int stage, int successor) {
    return new Evidence(
        Kind.BOOTSTRAP_STAGE,
        stage,
        successor,
        graph.facts(successor).name() + likeness.noted(stage, successor));
  }

  /** The last ones, one a package, of those that {@code stage} is a stage of. */
  private List<Integer> laterStages(int stage, Collection<Integer> members, Classes classes) {
    if (attributes.contains(stage)) {
      return List.of();
    }
    List<Integer> serving =
        members.stream()
            .filter(other -> !classes.areOne(other, stage) && likeness.samePlatform(other, stage))
            .filter(other -> isStageOf(stage, other))
            .toList();
    return classes.representatives(notNeededByOthers(serving));
  }

  /**
   * Whether {@code other} is of a later stage. Whoever only fetches sources with curl is no later
   * stage of it, unless nothing else tells the two apart.
   */
  private boolean isLater(int other, int stage) {
    return needs.reaches(other, stage)
        || (needsOrFetchesWith.reaches(other, stage) && likeness.alike(stage, other));
  }

  private boolean isStageOf(int stage, int other) {
    DerivationFacts early = graph.facts(stage);
    DerivationFacts late = graph.facts(other);
    PackageName name = names.get(stage);
    if (names.get(other).stage()
        || !isLater(other, stage)
        || !late.outputNames().containsAll(early.outputNames())) {
      return false;
    }
    return name.stage()
        || (likeness.sameVersion(stage, other)
            && likeness.sameSources(stage, other)
            && late.hostInputs().containsAll(early.hostInputs()));
  }
}

package dev.crossplan.planner.variant;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ListMultimap;
import com.google.common.collect.Multimaps;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Platform;
import dev.crossplan.planner.variant.Evidence.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * Finds out which derivations are the same package. In this order:
 *
 * <ol>
 *   <li>equal output paths: the same thing, whoever builds it;
 *   <li>the same attribute of several instances;
 *   <li>the same name without triple, version, host platform, march and source. One instance often
 *       has several such derivations: stages of its bootstrap, and forks with other features. Of
 *       those alike in sources, outputs, inputs and flags, the one that needs the others and is
 *       needed by none of them is the package, the others are its stages. Forks are told apart by
 *       their inputs and outputs; where that does not decide, nothing is paired.
 * </ol>
 *
 * <p>A stage is never the package, but the package serves where the stage is asked for ({@link
 * Packages#servedBy}), provided that it has all outputs and inputs of the stage.
 *
 * <p>Merging two different things makes a wrong image, not merging costs time: what is not clear
 * stays apart, and is reported.
 */
public final class Pairing {
  private final DerivationGraph graph;
  private final HostPlatforms hosts;
  private final Marches marches;
  private final ImmutableList<PackageName> names;
  private final int[] parent;
  private final List<Evidence> evidence = new ArrayList<>();
  private final List<Unpaired> unpaired = new ArrayList<>();
  private final ImmutableListMultimap.Builder<Integer, Evidence> stages =
      ImmutableListMultimap.builder();
  private final Map<String, Integer> makerOfOutput = new HashMap<>();
  private final Set<Integer> named = new HashSet<>();
  private final List<List<Integer>> stageGroups;
  private final Reachability needs;
  private final Reachability needsOrFetchesWith;

  private Pairing(DerivationGraph graph, PlatformKnowledge platforms) {
    this.graph = graph;
    this.hosts = platforms.hostPlatforms(graph);
    this.marches = new Marches(graph, hosts, platforms);
    this.names = names(graph);
    this.parent = new int[graph.size()];
    Arrays.setAll(parent, derivation -> derivation);
    this.stageGroups = stageGroups();
    this.needs = new Reachability(graph, stageGroups, false);
    this.needsOrFetchesWith = new Reachability(graph, stageGroups, true);
  }

  /** Groups the derivations of {@code graph} into packages. */
  public static Packages pair(DerivationGraph graph, PlatformKnowledge platforms) {
    Pairing pairing = new Pairing(graph, platforms);
    pairing.pairEqualOutputs();
    pairing.pairAttributes(true);
    List<Sides> sides = pairing.pairWithinSides();
    pairing.separateWhereInputsDiffer();
    pairing.pairAttributes(false);
    sides.forEach(pairing::pairAcrossSides);
    pairing.findStages();
    return pairing.packages();
  }

  private static ImmutableList<PackageName> names(DerivationGraph graph) {
    ImmutableSet.Builder<String> triples = ImmutableSet.builder();
    for (Instance instance : graph.instances()) {
      instance.cross().map(Platform::triple).ifPresent(triples::add);
    }
    ImmutableSet<String> all = triples.build();
    ImmutableList.Builder<PackageName> names = ImmutableList.builderWithExpectedSize(graph.size());
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      names.add(PackageName.of(graph.facts(derivation).name(), all));
    }
    return names.build();
  }

  // Equal outputs

  private void pairEqualOutputs() {
    Map<StorePath, Integer> firstMaker = new HashMap<>();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      DerivationFacts facts = graph.facts(derivation);
      StorePath path = facts.outputPath(0);
      if (path == null) {
        continue;
      }
      makerOfOutput.putIfAbsent(path.toString(), derivation);
      for (int output = 1; output < facts.outputCount(); output++) {
        StorePath other = facts.outputPath(output);
        if (other != null) {
          makerOfOutput.putIfAbsent(other.toString(), derivation);
        }
      }
      Integer first = firstMaker.putIfAbsent(path, derivation);
      if (first != null && sameOutputs(graph.facts(first), facts)) {
        unite(first, derivation, Kind.SAME_OUTPUT, path.toString());
      }
    }
  }

  private static boolean sameOutputs(DerivationFacts left, DerivationFacts right) {
    if (left.outputCount() != right.outputCount()) {
      return false;
    }
    for (int output = 0; output < left.outputCount(); output++) {
      StorePath path = left.outputPath(output);
      StorePath other = right.outputPath(output);
      if (path == null
          || other == null
          || !path.equals(other)
          || !left.outputName(output).equals(right.outputName(output))) {
        return false;
      }
    }
    return true;
  }

  // The same attribute

  /**
   * @param withinBuild whether those built on one platform are paired, or those built on several
   */
  private void pairAttributes(boolean withinBuild) {
    Map<String, List<Integer>> byAttribute = new TreeMap<>();
    for (int instance = 0; instance < graph.instances().size(); instance++) {
      graph
          .attributes(instance)
          .forEach(
              (attribute, derivation) -> {
                named.add(derivation);
                byAttribute.computeIfAbsent(attribute, none -> new ArrayList<>()).add(derivation);
              });
    }
    byAttribute.forEach(
        (attribute, derivations) -> pairAttribute(attribute, derivations, withinBuild));
  }

  private void pairAttribute(String attribute, List<Integer> derivations, boolean withinBuild) {
    List<Integer> distinct = representatives(derivations);
    for (int i = 0; i < distinct.size(); i++) {
      for (int j = 0; j < i; j++) {
        int first = distinct.get(j);
        int second = distinct.get(i);
        if (samePlatform(first, second)
            && sameBuild(first, second) == withinBuild
            && find(first) != find(second)) {
          pairAttribute(attribute, first, second, distinct);
        }
      }
    }
  }

  private void pairAttribute(String attribute, int first, int second, List<Integer> all) {
    if (!names.get(first).version().equals(names.get(second).version())) {
      keepApart(first, second, "attribute " + attribute + " has different versions");
    } else if (!sameSources(first, second)) {
      keepApart(first, second, "attribute " + attribute + " has different sources");
    } else if (sameBuild(first, second) && !difference(first, second).isEmpty()) {
      // Two evaluations for the same machines that differ: an overlay or another commit changed it.
      keepApart(
          first, second, "attribute " + attribute + " differs in " + difference(first, second));
    } else if (sameBuild(first, second)
        || (isOnlyOneOfItsBuild(first, all) && isOnlyOneOfItsBuild(second, all))
        || inputsAgree(first, second)) {
      unite(first, second, Kind.SAME_ATTRIBUTE, attribute + noted(first, second));
    }
  }

  private boolean isOnlyOneOfItsBuild(int derivation, List<Integer> all) {
    return all.stream()
        .filter(other -> samePlatform(derivation, other) && sameBuild(derivation, other))
        .allMatch(other -> find(other) == find(derivation));
  }

  private void keepApart(int first, int second, String reason) {
    unpaired.add(new Unpaired(ImmutableIntArray.of(first, second), reason));
  }

  private boolean samePlatform(int first, int second) {
    Optional<String> host = hosts.system(first);
    return host.isPresent()
        && host.equals(hosts.system(second))
        && march(first).equals(march(second));
  }

  /** Whether both are built on the same platform. */
  private boolean sameBuild(int first, int second) {
    return graph.facts(first).system().equals(graph.facts(second).system());
  }

  private String march(int derivation) {
    return marches.of(derivation);
  }

  // The same name

  /** Derivations that may be the same package by name. */
  private record Key(PackageName name, String host, String march) {}

  private ListMultimap<Key, Integer> byName() {
    ListMultimap<Key, Integer> byName =
        Multimaps.newListMultimap(new LinkedHashMap<>(), ArrayList::new);
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      Optional<String> host = hosts.system(derivation);
      if (host.isPresent()) {
        byName.put(new Key(names.get(derivation), host.get(), march(derivation)), derivation);
      }
    }
    return byName;
  }

  /**
   * Derivations that may be stages of one another: of one name, for one platform and built on one.
   */
  private List<List<Integer>> stageGroups() {
    Map<String, List<Integer>> groups = new LinkedHashMap<>();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      Optional<String> host = hosts.system(derivation);
      if (host.isPresent()) {
        String key =
            names.get(derivation).base()
                + " "
                + host.get()
                + " "
                + graph.facts(derivation).system();
        groups.computeIfAbsent(key, none -> new ArrayList<>()).add(derivation);
      }
    }
    groups.values().removeIf(members -> members.size() == 1);
    return List.copyOf(groups.values());
  }

  /** For each build platform what may be the package of one name. */
  private record Sides(Key key, List<List<Integer>> candidates) {}

  /**
   * Pairs those built on one platform; gives what is still to be paired, in the order of inputs.
   */
  private List<Sides> pairWithinSides() {
    int[] position = new int[graph.size()];
    for (int i = 0; i < position.length; i++) {
      position[graph.inputsFirst()[i]] = i;
    }
    List<Sides> found = new ArrayList<>();
    byName()
        .asMap()
        .forEach(
            (key, members) -> {
              if (!key.name().stage() && members.size() > 1) {
                ListMultimap<String, Integer> byBuild =
                    Multimaps.newListMultimap(new TreeMap<>(), ArrayList::new);
                members.forEach(member -> byBuild.put(graph.facts(member).system(), member));
                List<List<Integer>> candidates = new ArrayList<>();
                byBuild.asMap().values().forEach(side -> candidates.add(candidates(side)));
                found.add(new Sides(key, candidates));
              }
            });
    found.sort(
        Comparator.comparingInt(
            sides ->
                sides.candidates().stream()
                    .flatMap(List::stream)
                    .mapToInt(candidate -> position[candidate])
                    .max()
                    .orElse(0)));
    return found;
  }

  private void pairAcrossSides(Sides sides) {
    for (int i = 0; i < sides.candidates().size(); i++) {
      for (int j = 0; j < i; j++) {
        pairSides(
            sides.key(),
            representatives(sides.candidates().get(j)),
            representatives(sides.candidates().get(i)));
      }
    }
  }

  /**
   * What may be the package among derivations of one name for one build platform: of each kind,
   * that is of those alike in all that the fingerprint holds, the last stage. Last stages of one
   * kind in several instances are united.
   */
  private List<Integer> candidates(Collection<Integer> members) {
    List<Integer> candidates = new ArrayList<>();
    for (List<Integer> kind : kinds(members)) {
      Set<Integer> last = new java.util.TreeSet<>();
      boolean clear = true;
      for (int instance = 0; instance < graph.instances().size(); instance++) {
        List<Integer> ofInstance = lastOf(kind, instance);
        clear &= ofInstance.size() <= 1;
        last.addAll(ofInstance);
      }
      if (clear) {
        int first = last.iterator().next();
        last.forEach(
            other -> {
              if (find(first) != find(other)) {
                unite(first, other, Kind.SAME_FINGERPRINT, names.get(first).toString());
              }
            });
      }
      candidates.addAll(last);
    }
    return candidates;
  }

  /** Members that differ in nothing that the fingerprint holds. */
  private List<List<Integer>> kinds(Collection<Integer> members) {
    List<List<Integer>> kinds = new ArrayList<>();
    for (int member : members) {
      List<Integer> found = null;
      for (List<Integer> kind : kinds) {
        if (difference(kind.get(0), member).isEmpty()) {
          found = kind;
          break;
        }
      }
      if (found == null) {
        found = new ArrayList<>();
        kinds.add(found);
      }
      found.add(member);
    }
    return kinds;
  }

  /**
   * Those of {@code kind} in {@code instance} that no other of them needs; attributes before all.
   */
  private List<Integer> lastOf(List<Integer> kind, int instance) {
    List<Integer> here = new ArrayList<>();
    for (int member : kind) {
      if (graph.isIn(instance, member)) {
        here.add(member);
      }
    }
    List<Integer> attributes = here.stream().filter(named::contains).toList();
    if (attributes.size() == 1) {
      return attributes;
    }
    List<Integer> last = new ArrayList<>();
    for (int member : here) {
      if (here.stream()
          .noneMatch(other -> other != member && needsOrFetchesWith.reaches(other, member))) {
        last.add(member);
      }
    }
    return last;
  }

  private List<Integer> representatives(List<Integer> derivations) {
    Map<Integer, Integer> byPackage = new LinkedHashMap<>();
    derivations.forEach(derivation -> byPackage.putIfAbsent(find(derivation), derivation));
    return List.copyOf(byPackage.values());
  }

  /** Pairs candidates for two build platforms, which are for the same host platform. */
  private void pairSides(Key key, List<Integer> left, List<Integer> right) {
    List<Integer> openLeft = unmatched(left, right);
    List<Integer> openRight = unmatched(right, left);
    if (openLeft.isEmpty() || openRight.isEmpty()) {
      return;
    }
    if (left.size() == 1 && right.size() == 1) {
      int first = left.get(0);
      int second = right.get(0);
      if (sameSources(first, second)) {
        unite(first, second, Kind.SAME_NAME, key.name() + noted(first, second));
      } else {
        keepApart(first, second, key.name() + ": same name, but other sources");
      }
      return;
    }
    pairAlike(key, openLeft, openRight, this::sameFeatures, Kind.SAME_FEATURES);
    pairAlike(
        key,
        unmatched(openLeft, openRight),
        unmatched(openRight, openLeft),
        (first, second) -> sameFeatures(first, second) && inputsAgree(first, second),
        Kind.SAME_FEATURES);
    List<Integer> leftLeft = unmatched(openLeft, openRight);
    List<Integer> leftRight = unmatched(openRight, openLeft);
    if (leftLeft.size() == openLeft.size()) {
      // Nothing was told apart by features: then the last stage is the package.
      pairAlike(key, lastStage(openLeft), lastStage(openRight), this::sameSources, Kind.SAME_NAME);
      leftLeft = unmatched(openLeft, openRight);
      leftRight = unmatched(openRight, openLeft);
    }
    if (!leftLeft.isEmpty() && !leftRight.isEmpty()) {
      unpaired.add(
          new Unpaired(
              ImmutableIntArray.builder().addAll(leftLeft).addAll(leftRight).build(),
              key.name()
                  + ": several candidates, told apart neither by the bootstrap nor by their inputs"
                  + " and outputs"));
    }
  }

  /** Pairs those that are alike one to one. */
  private void pairAlike(
      Key key,
      List<Integer> left,
      List<Integer> right,
      BiPredicate<Integer, Integer> alike,
      Kind kind) {
    for (int first : left) {
      List<Integer> partners = right.stream().filter(other -> alike.test(first, other)).toList();
      if (partners.size() == 1
          && left.stream().filter(other -> alike.test(other, partners.get(0))).count() == 1) {
        unite(first, partners.get(0), kind, key.name() + noted(first, partners.get(0)));
      }
    }
  }

  /** The one that needs all others; none where there is no such one. */
  private List<Integer> lastStage(List<Integer> candidates) {
    return candidates.stream()
        .filter(
            last ->
                candidates.stream()
                    .allMatch(other -> other.equals(last) || needs.reaches(last, other)))
        .toList();
  }

  /** Those of {@code these} that are in no package with one of {@code others}. */
  private List<Integer> unmatched(List<Integer> these, List<Integer> others) {
    Set<Integer> packages = new HashSet<>();
    others.forEach(other -> packages.add(find(other)));
    return these.stream().filter(each -> !packages.contains(find(each))).toList();
  }

  private boolean sameFeatures(int first, int second) {
    return sameSources(first, second)
        && graph.facts(first).hostInputs().equals(graph.facts(second).hostInputs())
        && graph.facts(first).outputNames().equals(graph.facts(second).outputNames());
  }

  /** In which respects the two differ; empty where they are alike. */
  private String difference(int first, int second) {
    DerivationFacts left = graph.facts(first);
    DerivationFacts right = graph.facts(second);
    List<String> differing = new ArrayList<>();
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
    differing.addAll(left.fingerprint().differences(right.fingerprint()));
    return String.join(", ", differing);
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

  private String noted(int first, int second) {
    String difference = difference(first, second);
    return difference.isEmpty() ? "" : " (they differ in " + difference + ")";
  }

  /** Whether both have the same source, where both have one. */
  private boolean sameSources(int first, int second) {
    ImmutableList<String> left = graph.facts(first).sources();
    ImmutableList<String> right = graph.facts(second).sources();
    return left.isEmpty()
        || right.isEmpty()
        || left.stream()
            .map(this::content)
            .toList()
            .equals(right.stream().map(this::content).toList());
  }

  /**
   * A source by its content where its path tells that, else, as it is itself built, by its name and
   * its own sources.
   */
  private String content(String source) {
    Integer maker = makerOfOutput.get(source);
    if (maker == null || graph.facts(maker).isFixedOutput()) {
      return source;
    }
    ImmutableList<String> sources = graph.facts(maker).sources();
    return names.get(maker) + sources.stream().map(this::content).toList().toString();
  }

  // Inputs that are not the same

  /**
   * Two instances for the same machines can evaluate to derivations that look alike though an
   * overlay changed one of their inputs. Takes such pairs apart again, and whatever needs them.
   */
  private void separateWhereInputsDiffer() {
    ListMultimap<Integer, Evidence> bySecond = ArrayListMultimap.create();
    for (Evidence each : evidence) {
      if (each.kind() != Kind.SAME_OUTPUT) {
        bySecond.put(each.second(), each);
      }
    }
    for (int derivation : graph.inputsFirst()) {
      for (Evidence each : bySecond.get(derivation)) {
        if (!inputsAgree(each.first(), each.second())) {
          separate(each);
        }
      }
    }
  }

  private void separate(Evidence wrong) {
    int root = find(wrong.first());
    List<Evidence> ofPackage =
        evidence.stream().filter(each -> find(each.first()) == root).toList();
    evidence.removeAll(ofPackage);
    for (Evidence each : ofPackage) {
      parent[each.first()] = each.first();
      parent[each.second()] = each.second();
    }
    parent[root] = root;
    for (Evidence each : ofPackage) {
      if (!each.equals(wrong)) {
        unite(each.first(), each.second(), each.kind(), each.detail());
      }
    }
    if (find(wrong.first()) != find(wrong.second())) {
      keepApart(
          wrong.first(),
          wrong.second(),
          names.get(wrong.first()) + ": alike, but what it is built with differs");
    }
  }

  /**
   * Whether the inputs in host roles that both have by name are the same packages, or stages of
   * one.
   */
  private boolean inputsAgree(int first, int second) {
    Map<String, Integer> left = hostInputs(first);
    for (Map.Entry<String, Integer> right : hostInputs(second).entrySet()) {
      Integer input = left.get(right.getKey());
      if (input != null
          && find(input) != find(right.getValue())
          && !needsOrFetchesWith.reaches(input, right.getValue())
          && !needsOrFetchesWith.reaches(right.getValue(), input)) {
        return false;
      }
    }
    return true;
  }

  private Map<String, Integer> hostInputs(int derivation) {
    Map<String, Integer> found = new HashMap<>();
    int[] inputs = graph.inputs(derivation);
    for (int i = 0; i < inputs.length; i++) {
      String name = names.get(inputs[i]).toString();
      for (String output : graph.inputOutputs(derivation).get(i)) {
        String path = output.equals("out") ? name : name + "-" + output;
        if (graph.facts(derivation).hostInputs().contains(path)) {
          found.put(path, inputs[i]);
        }
      }
    }
    return found;
  }

  // Stages of the bootstrap

  private void findStages() {
    Map<Integer, List<Integer>> successors = new TreeMap<>();
    for (List<Integer> members : stageGroups) {
      for (int stage : members) {
        List<Integer> later = laterStages(stage, members);
        if (later.size() == 1) {
          successors.put(stage, later);
        }
      }
    }
    successors.forEach((stage, later) -> serve(stage, later.get(0)));
    for (StandardEnvironments.Succession found :
        StandardEnvironments.successions(graph, names, makerOfOutput::get, successors)) {
      if (find(found.stage()) != find(found.successor())
          && !successors.containsKey(found.stage())) {
        serve(found.stage(), found.successor());
      }
    }
  }

  private void serve(int stage, int successor) {
    stages.put(
        stage,
        new Evidence(
            Kind.BOOTSTRAP_STAGE,
            stage,
            successor,
            graph.facts(successor).name() + noted(stage, successor)));
  }

  /** The last ones, one a package, of those that {@code stage} is a stage of. */
  private List<Integer> laterStages(int stage, List<Integer> members) {
    if (named.contains(stage)) {
      return List.of();
    }
    List<Integer> serving =
        members.stream()
            .filter(other -> find(other) != find(stage) && march(other).equals(march(stage)))
            .filter(other -> isStageOf(stage, other))
            .toList();
    List<Integer> last =
        serving.stream()
            .filter(
                each ->
                    serving.stream()
                        .noneMatch(
                            other ->
                                !other.equals(each) && needsOrFetchesWith.reaches(other, each)))
            .toList();
    return representatives(last);
  }

  /**
   * Whether {@code other} is of a later stage. Whoever only fetches sources with curl is no later
   * stage of it, unless nothing else tells the two apart.
   */
  private boolean isLater(int other, int stage) {
    return needs.reaches(other, stage)
        || (needsOrFetchesWith.reaches(other, stage) && difference(stage, other).isEmpty());
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
        || (name.version().equals(names.get(other).version())
            && sameSources(stage, other)
            && late.hostInputs().containsAll(early.hostInputs()));
  }

  // Result

  private int find(int derivation) {
    int root = derivation;
    while (parent[root] != root) {
      root = parent[root];
    }
    while (parent[derivation] != root) {
      int next = parent[derivation];
      parent[derivation] = root;
      derivation = next;
    }
    return root;
  }

  private void unite(int first, int second, Kind kind, String detail) {
    evidence.add(new Evidence(kind, first, second, detail));
    int left = find(first);
    int right = find(second);
    parent[Math.max(left, right)] = Math.min(left, right);
  }

  private Packages packages() {
    Map<Integer, ImmutableIntArray.Builder> members = new TreeMap<>();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      members
          .computeIfAbsent(find(derivation), none -> ImmutableIntArray.builder())
          .add(derivation);
    }
    ListMultimap<Integer, Evidence> evidenceOf = ArrayListMultimap.create();
    evidence.forEach(each -> evidenceOf.put(find(each.first()), each));
    ImmutableList.Builder<Package> packages = ImmutableList.builder();
    int number = 0;
    for (Map.Entry<Integer, ImmutableIntArray.Builder> entry : members.entrySet()) {
      int first = entry.getKey();
      packages.add(
          new Package(
              number++,
              graph.facts(first).packageName().orElse(names.get(first).base()),
              names.get(first).version(),
              hosts.system(first),
              entry.getValue().build(),
              ImmutableList.copyOf(evidenceOf.get(first))));
    }
    return new Packages(
        graph,
        hosts,
        marches,
        names,
        packages.build(),
        stages.build(),
        ImmutableList.copyOf(unpaired));
  }
}

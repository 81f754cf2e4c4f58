package dev.crossplan.planner.variant;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import com.google.common.collect.ListMultimap;
import com.google.common.collect.Multimaps;
import com.google.common.collect.Sets;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Platform;
import dev.crossplan.planner.variant.Evidence.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
 *   <li>the same name without triple, version, host platform and source. One instance often has
 *       several such derivations: stages of its bootstrap, and forks with other features. Of those
 *       alike in sources, outputs, inputs and flags, the one that needs the others and is needed by
 *       none of them is the package, the others are its stages. Forks are told apart by their
 *       inputs and outputs; where that does not decide, nothing is paired.
 * </ol>
 *
 * <p>First those that are built on one platform, then across platforms; always a derivation's
 * inputs before it, because two that look alike but link different libraries are two. What is found
 * to differ is never one package, not through a third either.
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
  private final Map<String, List<Integer>> byAttribute = new TreeMap<>();
  private final Likeness likeness;
  private final Bootstrap bootstrap;
  private final Classes classes;

  /** By derivation, its place in an order in which each is after its inputs. */
  private final int[] position;

  private Pairing(DerivationGraph graph, PlatformKnowledge platforms) {
    this.graph = graph;
    this.hosts = platforms.hostPlatforms(graph);
    this.marches = new Marches(graph, hosts, platforms);
    this.names = names(graph);
    this.position = new int[graph.size()];
    for (int i = 0; i < position.length; i++) {
      position[graph.inputsFirst()[i]] = i;
    }
    Set<Integer> attributes = new HashSet<>();
    for (int instance = 0; instance < graph.instances().size(); instance++) {
      graph
          .attributes(instance)
          .forEach(
              (attribute, derivation) -> {
                attributes.add(derivation);
                byAttribute.computeIfAbsent(attribute, none -> new ArrayList<>()).add(derivation);
              });
    }
    this.likeness = new Likeness(graph, hosts, marches, names, platforms);
    this.bootstrap = new Bootstrap(graph, hosts, names, likeness, attributes);
    this.classes = new Classes(graph.size());
  }

  /** Groups the derivations of {@code graph} into packages. */
  public static Packages pair(DerivationGraph graph, PlatformKnowledge platforms) {
    Pairing pairing = new Pairing(graph, platforms);
    pairing.pairEqualOutputs();
    List<Claim> claims = new ArrayList<>();
    pairing.byAttribute.forEach(
        (attribute, derivations) -> pairing.claimAttribute(attribute, derivations, claims));
    List<Namesakes> namesakes = pairing.namesakes(claims);
    pairing.pairWithinBuilds(claims);
    pairing.pairAcrossBuilds(namesakes);
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
      StorePath path = graph.facts(derivation).outputPath(0);
      Integer first = path == null ? null : firstMaker.putIfAbsent(path, derivation);
      if (first != null && sameOutputs(graph.facts(first), graph.facts(derivation))) {
        classes.unite(first, derivation, Kind.SAME_OUTPUT, String.valueOf(path));
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

  // Those of one name

  /** Derivations that may be the same package by name. */
  private record Key(PackageName name, String host, String march, String abi) {}

  /** For each build platform what may be the package of one name. */
  private record Namesakes(Key key, List<List<Integer>> candidates) {
    Collection<Integer> all() {
      return candidates.stream().flatMap(List::stream).toList();
    }
  }

  private ListMultimap<Key, Integer> byName() {
    ListMultimap<Key, Integer> byName =
        Multimaps.newListMultimap(new LinkedHashMap<>(), ArrayList::new);
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      Optional<String> host = hosts.system(derivation);
      if (host.isPresent()) {
        byName.put(
            new Key(
                names.get(derivation), host.get(), marches.of(derivation), marches.abi(derivation)),
            derivation);
      }
    }
    return byName;
  }

  /**
   * @param claims takes what may be one package within a build platform
   */
  private List<Namesakes> namesakes(List<Claim> claims) {
    List<Namesakes> found = new ArrayList<>();
    byName()
        .asMap()
        .forEach(
            (key, members) -> {
              if (!key.name().stage() && members.size() > 1) {
                ListMultimap<String, Integer> byBuild =
                    Multimaps.newListMultimap(new TreeMap<>(), ArrayList::new);
                members.forEach(member -> byBuild.put(graph.facts(member).system(), member));
                List<List<Integer>> candidates = new ArrayList<>();
                byBuild
                    .asMap()
                    .values()
                    .forEach(built -> candidates.add(candidates(built, claims)));
                found.add(new Namesakes(key, candidates));
              }
            });
    return found;
  }

  /**
   * What may be the package among derivations of one name for one build platform: of each kind,
   * that is of those alike in all that they say themselves, the last stage in each instance. Where
   * each instance has one, these are claimed to be one package.
   */
  private List<Integer> candidates(Collection<Integer> members, List<Claim> claims) {
    Set<Integer> candidates = new LinkedHashSet<>();
    for (List<Integer> kind : kinds(members)) {
      Set<Integer> last = new LinkedHashSet<>();
      boolean clear = true;
      for (int instance : graph.distinctInstances()) {
        List<Integer> ofInstance = bootstrap.lastOf(kind, instance);
        clear &= ofInstance.size() <= 1;
        last.addAll(ofInstance);
      }
      if (clear) {
        claimPairs(List.copyOf(last), claims);
      }
      candidates.addAll(last);
    }
    return List.copyOf(candidates);
  }

  private void claimPairs(List<Integer> same, List<Claim> claims) {
    for (int i = 0; i < same.size(); i++) {
      for (int j = 0; j < i; j++) {
        String name = names.get(same.get(j)).toString();
        claims.add(new Claim(same.get(j), same.get(i), Kind.SAME_FINGERPRINT, name));
      }
    }
  }

  /** Members that differ in nothing that they say themselves. */
  private List<List<Integer>> kinds(Collection<Integer> members) {
    List<List<Integer>> kinds = new ArrayList<>();
    for (int member : members) {
      List<Integer> found =
          Iterables.find(kinds, kind -> likeness.alike(kind.get(0), member), null);
      if (found == null) {
        found = new ArrayList<>();
        kinds.add(found);
      }
      found.add(member);
    }
    return kinds;
  }

  // Built on one platform

  /** Two derivations that are the same package, if what they are built with is. */
  private record Claim(int first, int second, Kind kind, String detail) {}

  private void pairWithinBuilds(List<Claim> claims) {
    claims.sort(Comparator.comparingInt(claim -> lastPosition(claim.first(), claim.second())));
    for (Claim claim : claims) {
      if (classes.areOne(claim.first(), claim.second())
          || classes.areApart(claim.first(), claim.second())) {
        continue;
      }
      if (!likeness.sameLibc(claim.first(), claim.second())) {
        classes.keepApart(
            claim.first(),
            claim.second(),
            names.get(claim.first()) + ": alike, but linked with different C libraries");
      } else if (!inputsAgree(claim.first(), claim.second())) {
        classes.keepApart(
            claim.first(),
            claim.second(),
            names.get(claim.first()) + ": alike, but what it is built with differs");
      } else {
        classes.unite(claim.first(), claim.second(), claim.kind(), claim.detail());
      }
    }
  }

  private int lastPosition(int first, int second) {
    return Math.max(position[first], position[second]);
  }

  /** An attribute that differs was changed, by an overlay or between commits. */
  private void claimAttribute(String attribute, List<Integer> derivations, List<Claim> claims) {
    List<Integer> distinct = classes.representatives(derivations);
    for (int i = 0; i < distinct.size(); i++) {
      for (int j = 0; j < i; j++) {
        int first = distinct.get(j);
        int second = distinct.get(i);
        if (!likeness.samePlatform(first, second)) {
          continue;
        }
        if (!likeness.sameVersion(first, second)) {
          classes.keepApart(first, second, "attribute " + attribute + " has different versions");
        } else if (!likeness.sameSources(first, second)) {
          classes.keepApart(first, second, "attribute " + attribute + " has different sources");
        } else if (likeness.sameBuild(first, second)) {
          if (likeness.alike(first, second)) {
            claims.add(new Claim(first, second, Kind.SAME_ATTRIBUTE, attribute));
          } else {
            classes.keepApart(
                first,
                second,
                "attribute "
                    + attribute
                    + " differs in "
                    + String.join(", ", likeness.differences(first, second)));
          }
        }
      }
    }
  }

  /**
   * Whether the inputs that both have by name are the same packages, or stages of one: those in
   * host roles. What compiles nothing and says no role, as compiler wrappers and standard
   * environments do, is its inputs: there all count, in whatever version.
   */
  private boolean inputsAgree(int first, int second) {
    boolean collections =
        likeness.sameBuild(first, second) && isCollection(first) && isCollection(second);
    ListMultimap<String, Integer> left =
        collections ? likeness.collected(first) : likeness.hostInputs(first);
    ListMultimap<String, Integer> right =
        collections ? likeness.collected(second) : likeness.hostInputs(second);
    return Sets.intersection(left.keySet(), right.keySet()).stream()
        .allMatch(name -> agree(left.get(name), right.get(name)));
  }

  private boolean isCollection(int derivation) {
    return graph.facts(derivation).isTrivial() && graph.facts(derivation).hostInputs().isEmpty();
  }

  private boolean agree(List<Integer> left, List<Integer> right) {
    return left.stream().allMatch(input -> isAmong(input, right))
        && right.stream().allMatch(input -> isAmong(input, left));
  }

  private boolean isAmong(int input, List<Integer> others) {
    return others.stream()
        .anyMatch(other -> classes.areOne(input, other) || bootstrap.areRelated(input, other));
  }

  // Built on several platforms

  /** Something to pair once all inputs of what it is about are. */
  private record Task(int position, Runnable pairing) {}

  private void pairAcrossBuilds(List<Namesakes> namesakes) {
    List<Task> tasks = new ArrayList<>();
    byAttribute.forEach(
        (attribute, derivations) ->
            tasks.add(
                new Task(lastPosition(derivations), () -> pairAttribute(attribute, derivations))));
    for (Namesakes each : namesakes) {
      tasks.add(new Task(lastPosition(each.all()), () -> pairNamesakes(each)));
    }
    tasks.sort(Comparator.comparingInt(Task::position));
    tasks.forEach(task -> task.pairing().run());
  }

  private int lastPosition(Collection<Integer> derivations) {
    return derivations.stream().mapToInt(derivation -> position[derivation]).max().orElse(0);
  }

  private void pairAttribute(String attribute, List<Integer> derivations) {
    List<Integer> distinct = classes.representatives(derivations);
    for (int i = 0; i < distinct.size(); i++) {
      for (int j = 0; j < i; j++) {
        int first = distinct.get(j);
        int second = distinct.get(i);
        if (likeness.samePlatform(first, second)
            && !likeness.sameBuild(first, second)
            && !classes.areApart(first, second)
            && !classes.areOne(first, second)
            && isMeantBy(first, second, distinct)
            && isMeantBy(second, first, distinct)) {
          uniteAcross(first, second, Kind.SAME_ATTRIBUTE, attribute);
        }
      }
    }
  }

  /**
   * Whether of those among {@code all} that are built where {@code one} is, only {@code one} can be
   * what {@code other} is.
   */
  private boolean isMeantBy(int one, int other, List<Integer> all) {
    List<Integer> forks =
        classes.representatives(
            all.stream()
                .filter(each -> likeness.samePlatform(one, each) && likeness.sameBuild(one, each))
                .toList());
    return forks.size() == 1
        || forks.stream()
            .allMatch(
                fork ->
                    classes.areOne(fork, one)
                        == (likeness.sidesWith(other, fork, forks) && inputsAgree(fork, other)));
  }

  private void uniteAcross(int first, int second, Kind kind, String what) {
    if (likeness.sameLibc(first, second)) {
      classes.unite(first, second, kind, what + likeness.noted(first, second));
    } else {
      classes.keepApart(first, second, what + ": linked with different C libraries");
    }
  }

  private void pairNamesakes(Namesakes namesakes) {
    for (int i = 0; i < namesakes.candidates().size(); i++) {
      for (int j = 0; j < i; j++) {
        pairSides(
            namesakes.key(),
            classes.representatives(namesakes.candidates().get(j)),
            classes.representatives(namesakes.candidates().get(i)));
      }
    }
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
      if (classes.areApart(first, second)) {
        return;
      }
      if (likeness.sameSources(first, second)) {
        uniteAcross(first, second, Kind.SAME_NAME, key.name().toString());
      } else {
        classes.keepApart(first, second, key.name() + ": same name, but other sources");
      }
      return;
    }
    BiPredicate<Integer, Integer> sameFeatures =
        (first, second) ->
            likeness.sameFeatures(first, second)
                && likeness.sidesWith(second, first, left)
                && likeness.sidesWith(first, second, right);
    pairAlike(key, openLeft, openRight, sameFeatures, Kind.SAME_FEATURES);
    pairAlike(
        key,
        unmatched(openLeft, openRight),
        unmatched(openRight, openLeft),
        sameFeatures.and(this::inputsAgree),
        Kind.SAME_FEATURES);
    List<Integer> leftLeft = unmatched(openLeft, openRight);
    List<Integer> leftRight = unmatched(openRight, openLeft);
    if (leftLeft.size() == openLeft.size()) {
      // Nothing was told apart by features: then the last stage is the package.
      pairAlike(
          key,
          bootstrap.lastStage(openLeft),
          bootstrap.lastStage(openRight),
          likeness::sameSources,
          Kind.SAME_NAME);
      leftLeft = unmatched(openLeft, openRight);
      leftRight = unmatched(openRight, openLeft);
    }
    if (!leftLeft.isEmpty() && !leftRight.isEmpty()) {
      classes.report(
          ImmutableList.<Integer>builder().addAll(leftLeft).addAll(leftRight).build(),
          key.name()
              + ": several candidates, told apart neither by the bootstrap nor by their inputs"
              + " and outputs");
    }
  }

  /** Pairs those that are alike one to one. */
  private void pairAlike(
      Key key,
      List<Integer> left,
      List<Integer> right,
      BiPredicate<Integer, Integer> alike,
      Kind kind) {
    BiPredicate<Integer, Integer> mayBe =
        (first, second) -> !classes.areApart(first, second) && alike.test(first, second);
    for (int first : left) {
      List<Integer> partners = right.stream().filter(other -> mayBe.test(first, other)).toList();
      if (partners.size() == 1
          && left.stream().filter(other -> mayBe.test(other, partners.get(0))).count() == 1) {
        uniteAcross(first, partners.get(0), kind, key.name().toString());
      }
    }
  }

  /** Those of {@code these} that are in no package with one of {@code others}. */
  private List<Integer> unmatched(List<Integer> these, List<Integer> others) {
    return these.stream()
        .filter(each -> others.stream().noneMatch(other -> classes.areOne(each, other)))
        .toList();
  }

  // Result

  private Packages packages() {
    Map<Integer, ImmutableIntArray.Builder> members = new TreeMap<>();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      members
          .computeIfAbsent(classes.find(derivation), none -> ImmutableIntArray.builder())
          .add(derivation);
    }
    ListMultimap<Integer, Evidence> evidenceOf = ArrayListMultimap.create();
    classes.evidence().forEach(each -> evidenceOf.put(classes.find(each.first()), each));
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
        bootstrap.stages(classes),
        ImmutableList.copyOf(classes.unpaired()));
  }
}

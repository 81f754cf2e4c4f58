package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Manifest.Target;
import dev.crossplan.planner.instance.Platform;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.rebuild.Rebuilds;
import dev.crossplan.planner.variant.MarchFault;
import dev.crossplan.planner.variant.PlatformKnowledge;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What is looked at.
 *
 * @param rebuilds tells what has to be built anew if an instance became another; the same each time
 * @param reader reads whole derivations
 */
record Subject(
    Prepared prepared,
    PlatformKnowledge platforms,
    Supplier<Rebuilds> rebuilds,
    Rebuilds.Reader reader) {

  /** So many names are told of many. */
  private static final int NAMED = 5;

  private static final Pattern GCC = Pattern.compile("(?:^|-)gcc(?:-wrapper)?-(\\d+)(?:\\.|$)");

  DerivationGraph graph() {
    return prepared.packages().graph();
  }

  Target target() {
    return prepared.manifest().target();
  }

  ImmutableList<Instance> instances() {
    return graph().instances();
  }

  /** The instances without those that are the same as an earlier one. */
  ImmutableList<Integer> distinct() {
    ImmutableList.Builder<Integer> distinct = ImmutableList.builder();
    BitSet told = new BitSet();
    for (int instance = 0; instance < instances().size(); instance++) {
      if (!told.get(instance)) {
        distinct.add(instance);
        told.or(same(instance));
      }
    }
    return distinct.build();
  }

  /** The later instances that are the same as an instance. */
  BitSet same(int instance) {
    BitSet same = new BitSet();
    for (int other = instance + 1; other < instances().size(); other++) {
      same.set(other, graph().areSame(instance, other));
    }
    return same;
  }

  /** The newest GCC of an instance, by the first part of its version; empty if there is none. */
  OptionalInt gcc(int instance) {
    return IntStream.range(0, graph().size())
        .filter(derivation -> graph().isIn(instance, derivation))
        .mapToObj(derivation -> graph().facts(derivation).name())
        .filter(name -> name.contains("gcc")) // sooner known
        .map(GCC::matcher)
        .filter(Matcher::find)
        .map(found -> found.group(1))
        .filter(version -> version.length() < 4)
        .mapToInt(Integer::parseInt)
        .max();
  }

  /** A {@code gcc.arch} for code for the target: what the GCC of an instance takes of that one. */
  String taken(String march, int instance) {
    return platforms
        .marchFault(march, target().system(), gcc(instance))
        .flatMap(MarchFault::instead)
        .orElse(march);
  }

  /** What {@code march} means on a platform, see {@link PlatformKnowledge#canonicalMarch}. */
  String march(Platform platform) {
    return platforms.canonicalMarch(platform.arch(), platform.system());
  }

  /** Whether compilers for the target make code for {@code march} where they are told nothing. */
  boolean isByDefault(String march) {
    return platforms
        .instructions(Optional.of(march), target().system())
        .equals(platforms.instructions(Optional.empty(), target().system()));
  }

  /** What code for {@code platform} has to agree on to be linked together. */
  String abi(Platform platform) {
    return platforms.canonicalAbi(platform, march(platform));
  }

  String name(int instance) {
    return instances().get(instance).name();
  }

  /** The names of some derivations, each once, without hashes: the first few and how many more. */
  String names(BitSet derivations) {
    return enumerate(allNames(derivations));
  }

  /** The names of some derivations, each once, without hashes. */
  ImmutableList<String> allNames(BitSet derivations) {
    return derivations.stream()
        .mapToObj(derivation -> prepared.packages().name(derivation).toString())
        .distinct()
        .sorted()
        .collect(ImmutableList.toImmutableList());
  }

  /** All names of some derivations where {@link #names} has not all; else none. */
  ImmutableList<String> namesBeyond(BitSet derivations) {
    ImmutableList<String> names = allNames(derivations);
    return names.size() > NAMED ? names : ImmutableList.of();
  }

  /** The first few and how many more. */
  static String enumerate(List<String> names) {
    return names.size() <= NAMED
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, NAMED)) + " and " + (names.size() - NAMED) + " more";
  }

  static String derivations(int count) {
    return count == 1 ? "1 derivation" : count + " derivations";
  }
}

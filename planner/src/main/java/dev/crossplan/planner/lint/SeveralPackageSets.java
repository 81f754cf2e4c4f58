package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.lint.Finding.Severity;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Instances that are several: a submodule or an input of a flake imports nixpkgs by itself, and so
 * brings a world of its own. They are told apart by the tools at the end of their bootstraps, which
 * all standard environments of one import share whatever compiler they have ({@code initialPath} in
 * {@code pkgs/stdenv/linux/default.nix} of nixpkgs).
 */
final class SeveralPackageSets implements Rule {
  /** Of all stages the last: the others are called {@code bootstrap-stage1-stdenv-linux}. */
  private static final Pattern LAST = Pattern.compile("stdenv-(linux|darwin)");

  private static final String TOOLS = "initialPath";

  @Override
  public ImmutableList<Finding> check(Subject subject) {
    Map<Integer, String> tools = tools(subject);
    ImmutableList.Builder<Finding> findings = ImmutableList.builder();
    for (int instance : subject.distinct()) {
      byPlatform(subject, tools, instance)
          .forEach(
              (system, sets) -> {
                if (sets.size() > 1) {
                  findings.add(finding(subject, instance, system, sets));
                }
              });
    }
    return findings.build();
  }

  /** By standard environment, its tools. */
  private static Map<Integer, String> tools(Subject subject) {
    DerivationGraph graph = subject.graph();
    BitSet environments = new BitSet();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      environments.set(derivation, LAST.matcher(graph.facts(derivation).name()).matches());
    }
    Map<Integer, String> tools = new TreeMap<>();
    subject
        .reader()
        .read(
            environments,
            (path, whole) -> {
              String paths = whole.env().get(TOOLS);
              if (paths != null) {
                tools.put(graph.find(path).orElseThrow(), paths);
              }
            });
    return tools;
  }

  /** By platform that builds, what is built in the environments of each package set. */
  private static Map<String, List<BitSet>> byPlatform(
      Subject subject, Map<Integer, String> tools, int instance) {
    DerivationGraph graph = subject.graph();
    Map<String, Map<String, BitSet>> users = new TreeMap<>();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      if (graph.isIn(instance, derivation)) {
        for (int input : graph.inputs(derivation)) {
          String ofInput = tools.get(input);
          if (ofInput != null) {
            users
                .computeIfAbsent(graph.facts(derivation).system(), none -> new TreeMap<>())
                .computeIfAbsent(ofInput, none -> new BitSet())
                .set(derivation);
          }
        }
      }
    }
    Map<String, List<BitSet>> byPlatform = new TreeMap<>();
    users.forEach(
        (system, sets) ->
            byPlatform.put(
                system,
                sets.values().stream()
                    .sorted(Comparator.comparingInt(BitSet::cardinality).reversed())
                    .toList()));
    return byPlatform;
  }

  /**
   * What is built with another one than the largest, and what only that needs: its bootstrap above
   * all. A download is none, it is the same for both.
   */
  private static BitSet others(Subject subject, int instance, List<BitSet> sets) {
    DerivationGraph graph = subject.graph();
    BitSet others = new BitSet();
    sets.subList(1, sets.size()).forEach(others::or);
    BitSet neededByOthers = new BitSet();
    BitSet neededElse = new BitSet();
    int[] order = graph.inputsFirst();
    for (int i = order.length - 1; i >= 0; i--) { // users first
      int user = order[i];
      if (graph.isIn(instance, user)) {
        if (neededByOthers.get(user) && !neededElse.get(user) && !sets.get(0).get(user)) {
          others.set(user);
        }
        BitSet needed = others.get(user) ? neededByOthers : neededElse;
        for (int input : graph.inputs(user)) {
          needed.set(input);
        }
      }
    }
    return builds(graph, others);
  }

  /** Without downloads, and of those that make the same output the first: Nix builds it once. */
  private static BitSet builds(DerivationGraph graph, BitSet derivations) {
    Set<StorePath> outputs = new HashSet<>();
    BitSet builds = new BitSet();
    for (int each = derivations.nextSetBit(0); each >= 0; each = derivations.nextSetBit(each + 1)) {
      DerivationFacts facts = graph.facts(each);
      @Nullable StorePath output = facts.outputPath(0);
      if (!facts.isFixedOutput() && (output == null || outputs.add(output))) {
        builds.set(each);
      }
    }
    return builds;
  }

  /**
   * @param sets the largest first
   */
  private static Finding finding(Subject subject, int instance, String system, List<BitSet> sets) {
    BitSet others = others(subject, instance, sets);
    return new Finding(
        "several-package-sets",
        Severity.WARNING,
        subject.name(instance)
            + " has "
            + sets.size()
            + " bootstraps of nixpkgs in it, each with tools of its own, that build on "
            + system
            + ": "
            + Subject.derivations(others.cardinality())
            + " are of another one than most are",
        sets.stream()
            .map(set -> builds(subject.graph(), set))
            .map(
                set ->
                    Subject.derivations(set.cardinality())
                        + " built with one of them: "
                        + subject.names(set))
            .collect(ImmutableList.toImmutableList()),
        subject.allNames(others),
        others.cardinality(),
        "Maybe let what imports nixpkgs by itself take the packages of the others: a submodule pkgs,"
            + " an input of a flake inputs.….inputs.nixpkgs.follows = \"nixpkgs\".",
        Optional.empty());
  }
}

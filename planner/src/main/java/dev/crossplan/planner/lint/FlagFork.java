package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Platform;
import dev.crossplan.planner.lint.Finding.Severity;
import dev.crossplan.planner.rebuild.Comparison;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Two instances for the same platform that differ in {@code gcc.arch}, {@code gcc.abi} or {@code
 * gcc.tune}: every hash is another, so each package is built once for each, even where the flags
 * mean what the compiler does by itself.
 */
final class FlagFork implements Rule {

  @Override
  public ImmutableList<Finding> check(Subject subject) {
    ImmutableList.Builder<Finding> findings = ImmutableList.builder();
    ImmutableList<Integer> distinct = subject.distinct();
    for (int i = 0; i < distinct.size(); i++) {
      for (int other : distinct.subList(i + 1, distinct.size())) {
        int one = distinct.get(i);
        if (differInFlagsOnly(subject.instances().get(one), subject.instances().get(other))) {
          finding(subject, one, other).ifPresent(findings::add);
        }
      }
    }
    return findings.build();
  }

  private static boolean differInFlagsOnly(Instance one, Instance other) {
    return withoutFlags(one.local()).equals(withoutFlags(other.local()))
        && one.cross().map(FlagFork::withoutFlags).equals(other.cross().map(FlagFork::withoutFlags))
        && !(one.local().equals(other.local()) && one.cross().equals(other.cross()));
  }

  private static Platform withoutFlags(Platform platform) {
    return new Platform(
        platform.system(),
        Optional.of(platform.triple()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static Optional<Finding> finding(Subject subject, int one, int other) {
    BitSet forked = new BitSet(); // a download is no package, and what is new was not forked
    subject.rebuilds().get().others(Comparison.of(one, other)).stream()
        .filter(derivation -> !subject.graph().facts(derivation).isFixedOutput())
        .forEach(forked::set);
    int twice = forked.cardinality();
    if (twice == 0) {
      return Optional.empty();
    }
    boolean mean = meanTheSame(subject, one, other);
    String which = subject.name(one) + " and " + subject.name(other);
    return Optional.of(
        new Finding(
            "flag-fork",
            Severity.WARNING,
            which
                + " differ in "
                + differences(subject, one, other)
                + (mean ? ", which mean the same code: " : ": ")
                + twice
                + " of "
                + Subject.derivations(builds(subject, other))
                + (twice == 1 ? " exists" : " exist")
                + " twice"
                + (mean ? " for nothing" : ""),
            twice,
            subject.allNames(forked),
            mean
                ? remedyForSame(subject, one, other)
                : CommonMarch.mend(subject, ImmutableList.of(one, other))
                    .orElseGet(() -> remedy(subject, one, other))));
  }

  /** Flags that say nothing can go; others can only be written alike. */
  private static String remedyForSame(Subject subject, int one, int other) {
    Instance left = subject.instances().get(one);
    Instance right = subject.instances().get(other);
    return (left.host().equals(right.host()) || isByDefault(subject, left.host()))
            && (left.local().equals(right.local()) || isByDefault(subject, left.local()))
        ? "Maybe leave the flags out: they say what the compiler does by itself."
        : isRefused(subject, one)
            ? "Maybe write them in " + subject.name(one) + " as in " + subject.name(other) + "."
            : "Maybe write them in " + subject.name(other) + " as in " + subject.name(one) + ".";
  }

  private static boolean isRefused(Subject subject, int instance) {
    return UnknownMarch.fault(subject, instance, subject.instances().get(instance).host())
        .isPresent();
  }

  private static boolean isByDefault(Subject subject, Platform platform) {
    return meaning(subject, platform).equals(meaning(subject, withoutFlags(platform)));
  }

  /** Code runs where there are more instructions; but two ABIs cannot be linked together. */
  private static String remedy(Subject subject, int one, int other) {
    Platform left = subject.instances().get(one).host();
    Platform right = subject.instances().get(other).host();
    boolean sameMarch = subject.march(left).equals(subject.march(right));
    if (!subject.abi(left).equals(subject.abi(right))) {
      return "Maybe give both the same "
          + (sameMarch ? "gcc.abi" : "gcc.arch and gcc.abi")
          + ": what is made for one of them cannot be linked with what is made for the other.";
    }
    boolean sameTune = left.tune().equals(right.tune());
    if (!sameMarch) {
      return CommonMarch.remedy(subject, one, other)
          + (sameTune ? "" : " And give both the same gcc.tune, or none.");
    }
    return sameTune
        ? "Maybe give both the same flags for the machine that builds: they change no code for the"
            + " board."
        : "Maybe give both the same gcc.tune, or none: it changes how fast the code is, and not"
            + " where it runs.";
  }

  private static int builds(Subject subject, int instance) {
    return (int)
        IntStream.range(0, subject.graph().size())
            .filter(derivation -> subject.graph().isIn(instance, derivation))
            .filter(derivation -> !subject.graph().facts(derivation).isFixedOutput())
            .mapToObj(derivation -> made(subject, derivation))
            .distinct()
            .count();
  }

  /** Nix builds one output once; itself stands for outputs whose paths are not known. */
  private static Object made(Subject subject, int derivation) {
    DerivationFacts facts = subject.graph().facts(derivation);
    return facts.knownOutputPaths().size() < facts.outputCount()
        ? derivation
        : facts.knownOutputPaths();
  }

  private static boolean meanTheSame(Subject subject, int one, int other) {
    Instance left = subject.instances().get(one);
    Instance right = subject.instances().get(other);
    return meaning(subject, left.local()).equals(meaning(subject, right.local()))
        && meaning(subject, left.host()).equals(meaning(subject, right.host()));
  }

  /** The code that is made; for which processor it is tuned changes speed alone, but changes it. */
  private static String meaning(Subject subject, Platform platform) {
    return subject.march(platform) + " " + subject.abi(platform) + " " + platform.tune().orElse("");
  }

  private static String differences(Subject subject, int one, int other) {
    Instance left = subject.instances().get(one);
    Instance right = subject.instances().get(other);
    List<String> found = new ArrayList<>();
    difference("gcc.arch", left.host().arch(), right.host().arch(), found);
    difference("gcc.abi", left.host().abi(), right.host().abi(), found);
    difference("gcc.tune", left.host().tune(), right.host().tune(), found);
    if (found.isEmpty()) { // of the platform that builds
      difference("gcc.arch", left.local().arch(), right.local().arch(), found);
      difference("gcc.abi", left.local().abi(), right.local().abi(), found);
      difference("gcc.tune", left.local().tune(), right.local().tune(), found);
    }
    return String.join(", ", found);
  }

  private static void difference(
      String name, Optional<String> one, Optional<String> other, List<String> found) {
    if (!one.equals(other)) {
      found.add(name + " (" + one.orElse("none") + " and " + other.orElse("none") + ")");
    }
  }
}

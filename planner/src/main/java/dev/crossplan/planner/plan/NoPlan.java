package dev.crossplan.planner.plan;

import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.alternative.Alternatives;
import dev.crossplan.planner.alternative.Making;
import dev.crossplan.planner.alternative.Makings;
import dev.crossplan.planner.alternative.Makings.Grounds;
import dev.crossplan.planner.alternative.Makings.Refusal;
import dev.crossplan.planner.choice.ChoiceResult;
import dev.crossplan.planner.variant.Package;
import dev.crossplan.planner.variant.Packages;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Puts into words why there is no plan. */
final class NoPlan {
  private NoPlan() {}

  static NoPlanException because(Alternatives alternatives, ChoiceResult.Impossible impossible) {
    List<Dead> dead = dead(alternatives, impossible);
    boolean someFailed =
        dead.stream().flatMap(each -> each.refusals().stream()).anyMatch(Refusal::isFailedBuild);
    Set<String> reasons = new LinkedHashSet<>();
    Set<String> hopeless = new LinkedHashSet<>();
    for (Dead each : dead) {
      Set<String> refused = reasons(each.refusals());
      boolean hasOnlyNoBuilder =
          each.refusals().stream().allMatch(refusal -> refusal.grounds() == Grounds.NO_BUILDER);
      if (!refused.isEmpty() && !(someFailed && hasOnlyNoBuilder && each.possible())) {
        String reason = each.made() + " must be built, but " + joined(refused);
        (each.possible() ? reasons : hopeless).add(reason);
      }
    }
    hopeless.addAll(irreplaceable(alternatives, impossible));
    if (!hopeless.isEmpty()) { // all others only lack these
      reasons = hopeless;
    }
    if (reasons.isEmpty()) {
      String cycle = names(dead, true);
      reasons.add(
          cycle.isEmpty()
              ? "nothing makes them: " + names(dead, false)
              : "these need one another and nothing else makes them: " + cycle);
    }
    String image = String.join(", ", alternatives.manifest().image());
    StringBuilder message = new StringBuilder("there is no plan for " + image + ":");
    for (String reason : reasons) {
      message.append("\n  ").append(Visible.line(reason));
    }
    return new NoPlanException(
        message.toString(),
        "Maybe lift a constraint, or add a builder that runs or emulates "
            + alternatives.manifest().target().system()
            + ".");
  }

  /**
   * A package of which something is needed that cannot be had.
   *
   * @param refusals of all its variants
   * @param possible whether one of them could be made, if it had its inputs
   * @param inCycle whether it needs itself
   */
  private record Dead(Package made, Set<Refusal> refusals, boolean possible, boolean inCycle) {}

  private static List<Dead> dead(Alternatives alternatives, ChoiceResult.Impossible impossible) {
    List<Dead> dead = new ArrayList<>();
    for (ChoiceResult.DeadArtifact artifact : impossible.artifacts()) {
      OptionalInt derivation = alternatives.derivationOf(artifact.artifact());
      if (derivation.isPresent()) {
        Package made = alternatives.packages().of(derivation.getAsInt());
        List<Makings.Ways> ways =
            made.variants().stream().mapToObj(alternatives.makings()::of).toList();
        dead.add(
            new Dead(
                made,
                ways.stream()
                    .flatMap(each -> each.refused().stream())
                    .collect(Collectors.toCollection(LinkedHashSet::new)),
                ways.stream().anyMatch(each -> !each.possible().isEmpty()),
                isInCycle(artifact)));
      }
    }
    return dead;
  }

  private static String names(List<Dead> dead, boolean inCycle) {
    return dead.stream()
        .filter(each -> each.inCycle() == inCycle)
        .map(each -> each.made().toString())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /** Once a build has failed, nobody is helped by the ways for which there never was a builder. */
  private static Set<String> reasons(Set<Refusal> refusals) {
    boolean hasFailed = refusals.stream().anyMatch(Refusal::isFailedBuild);
    Set<String> reasons = new TreeSet<>();
    for (Refusal refusal : refusals) {
      if (!hasFailed || refusal.grounds() != Grounds.NO_BUILDER) {
        reasons.add(refusal.reason());
      }
    }
    return reasons;
  }

  private static boolean isInCycle(ChoiceResult.DeadArtifact artifact) {
    return artifact.recipes().stream()
        .anyMatch(recipe -> recipe.death() == ChoiceResult.Death.NEEDS_IN_CYCLE);
  }

  /**
   * Where one way to make a package is the only one allowed: the derivations of the package that
   * are needed although what is made that way does not stand for them.
   */
  private static Set<String> irreplaceable(
      Alternatives alternatives, ChoiceResult.Impossible impossible) {
    Set<String> reasons = new LinkedHashSet<>();
    Optional<Making> forced = alternatives.makings().forced();
    Packages packages = alternatives.packages();
    for (ChoiceResult.DeadArtifact artifact : impossible.artifacts()) {
      OptionalInt derivation = alternatives.derivationOf(artifact.artifact());
      if (forced.isEmpty() || derivation.isEmpty()) {
        continue;
      }
      int allowed = forced.get().derivation();
      if (derivation.getAsInt() == allowed) {
        return Set.of(); // it stands for them, and lacks something itself
      }
      if (packages.of(derivation.getAsInt()).number() == packages.of(allowed).number()) {
        reasons.add(
            packages.describe(derivation.getAsInt())
                + " is needed itself: "
                + packages.describe(allowed)
                + " lacks outputs that are used of it");
      }
    }
    return reasons;
  }

  private static String joined(Set<String> refused) {
    Set<String> told = new TreeSet<>();
    for (String reason : refused) {
      String missing = reason.replaceFirst("^no builder (runs|emulates) ", "");
      boolean neither =
          refused.contains("no builder runs " + missing)
              && refused.contains("no builder emulates " + missing);
      told.add(neither ? "no builder runs or emulates " + missing : reason);
    }
    return String.join(" and ", told);
  }
}

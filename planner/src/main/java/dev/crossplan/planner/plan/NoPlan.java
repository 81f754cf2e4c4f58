package dev.crossplan.planner.plan;

import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.alternative.Alternatives;
import dev.crossplan.planner.alternative.Making;
import dev.crossplan.planner.alternative.Makings;
import dev.crossplan.planner.choice.ChoiceResult;
import dev.crossplan.planner.variant.Package;
import dev.crossplan.planner.variant.Packages;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Puts into words why there is no plan. */
final class NoPlan {
  private NoPlan() {}

  static NoPlanException because(Alternatives alternatives, ChoiceResult.Impossible impossible) {
    Packages packages = alternatives.packages();
    Set<String> reasons = new LinkedHashSet<>();
    Set<String> reasonsIfSomeFailed = new LinkedHashSet<>();
    boolean someFailed = false;
    Set<String> hopeless = new LinkedHashSet<>();
    Set<String> dead = new LinkedHashSet<>();
    Set<String> cycle = new LinkedHashSet<>();
    for (ChoiceResult.DeadArtifact artifact : impossible.artifacts()) {
      OptionalInt derivation = alternatives.derivationOf(artifact.artifact());
      if (derivation.isEmpty()) {
        continue;
      }
      Package made = packages.of(derivation.getAsInt());
      (isInCycle(artifact) ? cycle : dead).add(made.toString());
      Set<Makings.Refusal> refusals = new LinkedHashSet<>();
      boolean possible = false;
      for (int variant : made.variants().asList()) {
        Makings.Ways ways = alternatives.makings().of(variant);
        possible |= !ways.possible().isEmpty();
        refusals.addAll(ways.refused());
      }
      Set<String> refused = reasons(refusals);
      someFailed |= refusals.stream().anyMatch(Makings.Refusal::isFailedBuild);
      if (!refused.isEmpty()) {
        String reason = made + " must be built, but " + joined(refused);
        (possible ? reasons : hopeless).add(reason);
        if (!refusals.stream().allMatch(each -> each.grounds() == Makings.Grounds.NO_BUILDER)) {
          reasonsIfSomeFailed.add(reason);
        }
      }
    }
    if (someFailed) {
      reasons = reasonsIfSomeFailed;
    }
    hopeless.addAll(irreplaceable(alternatives, impossible));
    if (!hopeless.isEmpty()) { // all others only lack these
      reasons = hopeless;
    }
    if (reasons.isEmpty()) {
      reasons.add(
          cycle.isEmpty()
              ? "nothing makes them: " + String.join(", ", dead)
              : "these need one another and nothing else makes them: " + String.join(", ", cycle));
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

  /** Once a build has failed, nobody is helped by the ways for which there never was a builder. */
  private static Set<String> reasons(Set<Makings.Refusal> refusals) {
    boolean hasFailed = refusals.stream().anyMatch(Makings.Refusal::isFailedBuild);
    Set<String> reasons = new TreeSet<>();
    for (Makings.Refusal refusal : refusals) {
      if (!hasFailed || refusal.grounds() != Makings.Grounds.NO_BUILDER) {
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

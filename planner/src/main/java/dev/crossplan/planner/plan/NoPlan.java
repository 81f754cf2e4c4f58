package dev.crossplan.planner.plan;

import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.alternative.Alternatives;
import dev.crossplan.planner.alternative.Makings;
import dev.crossplan.planner.choice.ChoiceResult;
import dev.crossplan.planner.variant.Package;
import dev.crossplan.planner.variant.Packages;
import java.util.LinkedHashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Puts into words why there is no plan. */
final class NoPlan {
  private NoPlan() {}

  static NoPlanException because(Alternatives alternatives, ChoiceResult.Impossible impossible) {
    Packages packages = alternatives.packages();
    Set<String> reasons = new LinkedHashSet<>();
    Set<String> hopeless = new LinkedHashSet<>();
    Set<String> chain = new LinkedHashSet<>();
    for (ChoiceResult.DeadArtifact dead : impossible.artifacts()) {
      OptionalInt derivation = alternatives.derivationOf(dead.artifact());
      if (derivation.isEmpty()) {
        continue;
      }
      Package made = packages.of(derivation.getAsInt());
      chain.add(made.toString());
      Set<String> refused = new TreeSet<>();
      boolean possible = false;
      for (int variant : made.variants().asList()) {
        Makings.Ways ways = alternatives.makings().of(variant);
        possible |= !ways.possible().isEmpty();
        refused.addAll(ways.refused());
      }
      if (!refused.isEmpty()) {
        (possible ? reasons : hopeless).add(made + " must be built, but " + joined(refused));
      }
    }
    if (!hopeless.isEmpty()) { // all others only lack these
      reasons = hopeless;
    }
    String image = String.join(", ", alternatives.manifest().image());
    StringBuilder message = new StringBuilder("there is no plan for " + image + ":");
    for (String reason : reasons) {
      message.append("\n  ").append(reason);
    }
    if (reasons.isEmpty()) {
      message
          .append("\n  these need one another and nothing else makes them: ")
          .append(String.join(", ", chain));
    }
    return new NoPlanException(
        message.toString(),
        "Maybe lift a constraint, or add a builder that runs or emulates "
            + alternatives.manifest().target().system()
            + ".");
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

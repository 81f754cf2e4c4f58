package dev.crossplan.planner.plan;

import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.alternative.Alternatives;
import dev.crossplan.planner.choice.ChoiceResult;
import dev.crossplan.planner.variant.Packages;
import java.util.LinkedHashSet;
import java.util.OptionalInt;
import java.util.Set;

/** Puts into words why there is no plan. */
final class NoPlan {
  private NoPlan() {}

  static NoPlanException because(Alternatives alternatives, ChoiceResult.Impossible impossible) {
    Packages packages = alternatives.packages();
    Set<String> reasons = new LinkedHashSet<>();
    Set<String> chain = new LinkedHashSet<>();
    for (ChoiceResult.DeadArtifact dead : impossible.artifacts()) {
      OptionalInt derivation = alternatives.derivationOf(dead.artifact());
      if (derivation.isEmpty()) {
        continue;
      }
      String name = packages.of(derivation.getAsInt()).toString();
      chain.add(name);
      Set<String> refused = new LinkedHashSet<>();
      for (int variant : packages.of(derivation.getAsInt()).variants().asList()) {
        refused.addAll(alternatives.makings().of(variant).refused());
      }
      if (!refused.isEmpty()) {
        reasons.add(name + " must be built, but " + String.join(" and ", refused));
      }
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
}

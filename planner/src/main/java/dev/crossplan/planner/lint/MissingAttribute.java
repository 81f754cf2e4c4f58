package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.Suggestion;
import dev.crossplan.planner.instance.NixMessage;
import dev.crossplan.planner.lint.Finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Attributes of the image that no instance for the target has: there is no such attribute, or it
 * evaluates in none. Nothing can be planned then.
 */
final class MissingAttribute implements Rule {

  @Override
  public ImmutableList<Finding> check(Subject subject) {
    String system = subject.target().system();
    List<Integer> forTarget = new ArrayList<>();
    for (int instance = 0; instance < subject.instances().size(); instance++) {
      if (subject.instances().get(instance).host().system().equals(system)) {
        forTarget.add(instance);
      }
    }
    return subject.prepared().manifest().image().stream()
        .filter(
            attribute ->
                forTarget.stream()
                    .noneMatch(
                        instance -> subject.graph().attributes(instance).containsKey(attribute)))
        .map(attribute -> finding(subject, attribute, forTarget))
        .collect(ImmutableList.toImmutableList());
  }

  private static Finding finding(Subject subject, String attribute, List<Integer> forTarget) {
    String system = subject.target().system();
    ImmutableList.Builder<String> details = ImmutableList.builder();
    TreeSet<String> known = new TreeSet<>();
    for (int instance : forTarget) {
      known.addAll(subject.graph().attributes(instance).keySet());
      String why = subject.graph().failures(instance).get(attribute);
      if (why != null) {
        details.add(subject.name(instance) + ": it did not evaluate: " + NixMessage.shorten(why));
      }
    }
    return new Finding(
        "missing-attribute",
        Severity.ERROR,
        "the image needs attribute " + attribute + ", which is in no instance for " + system,
        details.build(),
        0,
        forTarget.isEmpty()
            ? "Maybe add an [[instance]] with localSystem or crossSystem " + system + "."
            : Suggestion.closest(attribute, known)
                .map(meant -> "Maybe " + meant + " is meant.")
                .orElse("Maybe mend what stops it, or leave it out of the image."));
  }
}

package dev.crossplan.cli;

import dev.crossplan.planner.Visible;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.UnknownSystem;
import dev.crossplan.planner.plan.Objective;
import dev.crossplan.planner.plan.Plan;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What somebody should know beside a result: on standard error, so that the result stays whole. */
final class Remark {
  private Remark() {}

  /**
   * Says which systems of builders are not known: it may be that nothing is ever built for them.
   */
  static void unknownSystems(Terminal terminal, List<Builder> builders) {
    for (Builder builder : builders) {
      for (UnknownSystem unknown : UnknownSystem.of(builder)) {
        print(terminal, unknown.sentence(), List.of(), List.of(unknown.remedy()));
      }
    }
  }

  /** Says which builders do steps of a plan for least money because nobody said what they cost. */
  static void unknownPrices(Terminal terminal, Plan plan) {
    if (plan.objective() != Objective.MONEY) {
      return;
    }
    Set<String> used =
        plan.steps().stream().flatMap(step -> step.builder().stream()).collect(Collectors.toSet());
    List<String> names =
        plan.builders().stream()
            .filter(builder -> used.contains(builder.name()))
            .filter(builder -> builder.upkeep().hourly().isEmpty())
            .map(Builder::name)
            .toList();
    if (!names.isEmpty()) {
      print(
          terminal,
          "what "
              + Prose.and(names)
              + (names.size() == 1 ? " costs" : " cost")
              + " an hour is unknown: for least money it counts as free",
          List.of(),
          List.of("Maybe write hourly of each [[builder]] in the manifest, 0 where it is free."));
    }
  }

  /** Says of each input that could not be used why the result is without it. */
  static void warnings(Terminal terminal, List<String> warnings) {
    warnings.forEach(warning -> print(terminal, "warning: " + warning, List.of(), List.of()));
  }

  /**
   * Says a sentence, items of it, and remedies.
   *
   * @param remedies sentences that start with "Maybe"
   */
  static void print(Terminal terminal, String sentence, List<String> items, List<String> remedies) {
    StringBuilder text = new StringBuilder();
    int room = terminal.errRoom();
    text.append(Prose.sentence(room, Visible.line(sentence)));
    items.forEach(item -> text.append(Prose.item(room, Visible.line(item))));
    remedies.forEach(remedy -> text.append(Prose.sentence(room, Visible.line(remedy))));
    terminal.err().print(text);
    terminal.err().flush();
  }
}

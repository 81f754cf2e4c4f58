package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.plan.Step;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Steps of one kind.
 *
 * @param word as {@link Step#word}
 * @param seconds that they are expected to last in all
 */
record StepCounts(String word, int steps, double seconds) {
  private static final List<String> ORDER =
      List.of("cross", "native", "emulated", "fetch", "substitute");

  /** By kind: builds first. */
  static ImmutableList<StepCounts> of(Iterable<Step> steps) {
    Map<String, StepCounts> counts =
        new TreeMap<>(Comparator.<String>comparingInt(ORDER::indexOf).thenComparing(word -> word));
    for (Step step : steps) {
      counts.merge(
          step.word(),
          new StepCounts(step.word(), 1, step.seconds()),
          (a, b) -> new StepCounts(a.word, a.steps + b.steps, a.seconds + b.seconds));
    }
    return ImmutableList.copyOf(counts.values());
  }
}

package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.execute.BuildReport.StepReport;
import dev.crossplan.planner.plan.Step;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Steps of one kind.
 *
 * @param word as {@link Step#word}
 * @param expected seconds of all of them
 * @param took seconds of all of them; 0 if they are still to do
 */
record StepCounts(String word, int steps, double expected, double took) {
  private static final List<String> ORDER =
      List.of("cross", "emulated", "native", "fetch", "substitute");

  /** By kind: builds first. */
  static ImmutableList<StepCounts> of(Iterable<Step> steps) {
    Map<String, StepCounts> counts = empty();
    steps.forEach(step -> add(counts, new StepCounts(step.word(), 1, step.seconds(), 0)));
    return ImmutableList.copyOf(counts.values());
  }

  /** By kind, of steps that were done: builds first. */
  static ImmutableList<StepCounts> ofDone(Iterable<StepReport> steps) {
    Map<String, StepCounts> counts = empty();
    for (StepReport done : steps) {
      Step step = done.step();
      add(counts, new StepCounts(step.word(), 1, step.seconds(), done.seconds()));
    }
    return ImmutableList.copyOf(counts.values());
  }

  private static Map<String, StepCounts> empty() {
    return new TreeMap<>(
        Comparator.<String>comparingInt(ORDER::indexOf).thenComparing(word -> word));
  }

  private static void add(Map<String, StepCounts> counts, StepCounts more) {
    counts.merge(
        more.word,
        more,
        (a, b) ->
            new StepCounts(a.word, a.steps + b.steps, a.expected + b.expected, a.took + b.took));
  }
}

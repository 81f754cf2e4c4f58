package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.cost.Estimate;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.TestsBefore;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Trait;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The price of cross-compiling that no builder pays: the tests of a package are not run, because
 * what is built does not run on what it is built on (nixpkgs manual, "Cross-compilation").
 *
 * @param builds those of a plan whose package has tests where they can be run, the longest first
 * @param before how others fared in their tests
 */
public record Untested(ImmutableList<Build> builds, TestsBefore before) {

  /**
   * A cross build without the tests of its package.
   *
   * @param tests how long they would take; empty where no builder could run them
   */
  public record Build(Step step, Optional<Estimate> tests) {
    private double seconds() {
      return tests.map(Estimate::seconds).orElse(0.0);
    }
  }

  /**
   * Of a plan.
   *
   * @param prepared what the plan was made from
   */
  static Untested of(Prepared prepared, Plan plan, TestsBefore before) {
    return new Untested(
        plan.steps().stream()
            .filter(step -> step.action() == Action.BUILD)
            .filter(step -> step.strategy().equals(Optional.of(Strategy.CROSS)))
            .flatMap(step -> build(prepared, step).stream())
            .sorted(Comparator.comparingDouble((Build build) -> -build.seconds()))
            .collect(ImmutableList.toImmutableList()),
        before);
  }

  private static Optional<Build> build(Prepared prepared, Step step) {
    DerivationGraph graph = prepared.packages().graph();
    int derivation = graph.find(step.derivation()).orElseThrow();
    if (hasTests(graph, derivation)) { // that its own platform runs
      return Optional.empty();
    }
    return prepared.packages().of(derivation).variants().stream()
        .filter(variant -> hasTests(graph, variant))
        .boxed()
        .findFirst()
        .map(tested -> new Build(step, tests(prepared, tested)));
  }

  private static boolean hasTests(DerivationGraph graph, int derivation) {
    return graph.facts(derivation).traits().contains(Trait.TESTS);
  }

  private static Optional<Estimate> tests(Prepared prepared, int tested) {
    String system = prepared.packages().graph().facts(tested).system();
    return prepared.builders().stream()
        .filter(builder -> builder.runs(system) || builder.emulates().contains(system))
        .min(Comparator.comparing(builder -> !builder.runs(system))) // of equals the first
        .map(
            builder ->
                prepared
                    .costs()
                    .tests(
                        prepared.packages(),
                        tested,
                        builder.runs(system) ? Strategy.NATIVE : Strategy.EMULATED,
                        builder));
  }

  /** How long all of these tests would take, as far as that can be told. */
  public double seconds() {
    return builds.stream().mapToDouble(Build::seconds).sum();
  }

  /** In how many of them tests would fail, if they are as others were; empty if none were. */
  public OptionalDouble failuresExpected() {
    OptionalDouble risk = before.risk();
    return risk.isPresent() ? OptionalDouble.of(risk.getAsDouble() * builds.size()) : risk;
  }
}

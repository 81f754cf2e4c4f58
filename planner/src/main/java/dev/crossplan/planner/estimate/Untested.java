package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.cost.Estimate;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.TestsBefore;
import dev.crossplan.planner.instance.Builder;
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

    private boolean isKnown() {
      return tests.isPresent();
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
    ImmutableList<Integer> tested =
        prepared.packages().of(derivation).variants().stream()
            .filter(variant -> hasTests(graph, variant))
            .boxed()
            .collect(ImmutableList.toImmutableList());
    return tested.isEmpty()
        ? Optional.empty()
        : Optional.of(new Build(step, tests(prepared, tested)));
  }

  private static boolean hasTests(DerivationGraph graph, int derivation) {
    return graph.facts(derivation).traits().contains(Trait.TESTS);
  }

  /** Natively where a builder can, else under emulation. */
  private static Optional<Estimate> tests(Prepared prepared, ImmutableList<Integer> tested) {
    for (Strategy strategy : ImmutableList.of(Strategy.NATIVE, Strategy.EMULATED)) {
      for (int variant : tested) {
        String system = prepared.packages().graph().facts(variant).system();
        for (Builder builder : prepared.builders()) {
          if (strategy == Strategy.NATIVE
              ? builder.runs(system)
              : builder.emulates().contains(system)) {
            return Optional.of(
                prepared.costs().tests(prepared.packages(), variant, strategy, builder));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** How long these tests would take where a builder could run them; empty if none could. */
  public OptionalDouble seconds() {
    return unknown() == builds.size()
        ? OptionalDouble.empty()
        : OptionalDouble.of(builds.stream().mapToDouble(Build::seconds).sum());
  }

  /** In how many of them no builder could run the tests. */
  public int unknown() {
    return (int) builds.stream().filter(build -> !build.isKnown()).count();
  }

  /** In how many of them tests would fail, if they are as others were; empty if none were. */
  public OptionalDouble failuresExpected() {
    OptionalDouble risk = before.risk();
    return risk.isPresent() ? OptionalDouble.of(risk.getAsDouble() * builds.size()) : risk;
  }
}

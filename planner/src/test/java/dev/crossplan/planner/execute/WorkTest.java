package dev.crossplan.planner.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.DerivationHasher;
import dev.crossplan.planner.derivation.Output;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Manifest.Target;
import dev.crossplan.planner.plan.Objective;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanDerivations;
import dev.crossplan.planner.plan.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkTest {
  private static final Optional<String> BOARD = Optional.of("riscv64-linux");
  private static final Optional<String> DESK = Optional.of("x86_64-linux");

  private final Map<StorePath, Derivation> evaluated = new HashMap<>();
  private final DerivationHasher hasher =
      new DerivationHasher(StorePath.DEFAULT_DIRECTORY, evaluated::get);
  private final List<Step> steps = new ArrayList<>();

  /**
   * Adds a step that needs no other.
   *
   * @return its outputs {@code dev} and {@code out}
   */
  private ImmutableSet<StorePath> step(Action action, String name, Optional<String> host) {
    Derivation derivation =
        hasher.withOutputPaths(
            new Derivation(
                name,
                "x86_64-linux",
                "/bin/sh",
                ImmutableList.of(),
                ImmutableSortedMap.of("dev", "", "out", ""),
                ImmutableSortedMap.of("dev", new Output.Deferred(), "out", new Output.Deferred()),
                ImmutableSortedMap.of(),
                ImmutableSortedSet.of(),
                Optional.empty()));
    StorePath path = hasher.derivationPath(derivation);
    evaluated.put(path, derivation);
    steps.add(
        new Step(
            steps.size(),
            name,
            "",
            host,
            action,
            action == Action.BUILD ? Optional.of(Strategy.CROSS) : Optional.empty(),
            "cross",
            path,
            false,
            ImmutableList.of(path),
            ImmutableIntArray.of(),
            Tools.AS_EVALUATED,
            ImmutableSortedMap.of(),
            Optional.of("desk"),
            1,
            0,
            0,
            0));
    return derivation.outputs().values().stream()
        .flatMap(output -> output.knownPath().stream())
        .collect(ImmutableSet.toImmutableSet());
  }

  private Optional<ImmutableSet<StorePath>> blameless(Tools tools) {
    Plan plan =
        new Plan(
            "plan",
            new Target("riscv64-linux", Optional.empty()),
            Objective.BUILDER_SECONDS,
            ImmutableList.of(),
            ImmutableList.copyOf(steps),
            ImmutableMap.of(),
            new Plan.Bounds(0, 0, 0),
            ImmutableList.of(),
            ImmutableList.of(),
            ImmutableList.of());
    return Work.blameless(PlanDerivations.of(plan, evaluated), tools);
  }

  @Test
  void nativeToolsAreToBlameForWhatIsNotMadeForTheTarget() {
    ImmutableSet<StorePath> source = step(Action.FETCH, "zlib.tar.gz", Optional.empty());
    ImmutableSet<StorePath> built = step(Action.BUILD, "zlib", BOARD);
    ImmutableSet<StorePath> substituted = step(Action.SUBSTITUTE, "libc", BOARD);
    step(Action.BUILD, "gcc", DESK);
    step(Action.SUBSTITUTE, "bash", DESK);
    ImmutableSet<StorePath> all =
        ImmutableSet.<StorePath>builder().addAll(source).addAll(built).addAll(substituted).build();
    assertEquals(6, all.size());
    assertEquals(Optional.of(all), blameless(Tools.NATIVE));
    assertEquals(Optional.of(all), blameless(Tools.NATIVE_COMPILER));
  }

  @Test
  void toolsAsEvaluatedAreToBlameForNothing() {
    step(Action.BUILD, "zlib", BOARD);
    assertEquals(Optional.empty(), blameless(Tools.AS_EVALUATED));
  }
}

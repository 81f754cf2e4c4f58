package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.plan.Step;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Steps for tests, numbered as they are added. */
final class DrawnSteps {
  private DrawnSteps() {}

  /**
   * Adds a step.
   *
   * @param builder that crosses it; none for a substitution
   * @return its number
   */
  static int add(
      List<Step> steps, Optional<String> builder, double seconds, long memory, int... inputs) {
    int id = steps.size();
    StorePath derivation =
        StorePath.parse(String.format(Locale.ROOT, "/nix/store/%032d-step%d.drv", id, id));
    steps.add(
        new Step(
            id,
            "step" + id,
            "",
            Optional.of("riscv64-linux"),
            builder.isPresent() ? Action.BUILD : Action.SUBSTITUTE,
            builder.map(none -> Strategy.CROSS),
            "cross",
            derivation,
            false,
            ImmutableList.of(derivation),
            ImmutableIntArray.copyOf(inputs),
            Tools.AS_EVALUATED,
            ImmutableSortedMap.of(),
            builder,
            seconds,
            0,
            memory,
            0));
    return id;
  }
}

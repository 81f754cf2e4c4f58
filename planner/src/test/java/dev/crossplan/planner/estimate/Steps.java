package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Steps in their places, written down one by one. */
final class Steps {
  private final List<Step> steps = new ArrayList<>();

  static Builder builder(String name, int slots, double hourly, double watts) {
    return Builder.of(name, Builder.Abilities.running(ImmutableSet.of("x86_64-linux")))
        .withSlots(slots)
        .with(Builder.Upkeep.of(hourly, watts));
  }

  /** The next one: a cross build. */
  Steps then(String name, String builder, double start, double seconds, int... inputs) {
    steps.add(
        new Step(
            steps.size(),
            name,
            "",
            Optional.of("riscv64-linux"),
            Action.BUILD,
            Optional.of(Strategy.CROSS),
            "cross",
            StorePath.parse("/nix/store/00000000000000000000000000000000-" + name + ".drv"),
            false,
            ImmutableList.of(),
            ImmutableIntArray.copyOf(inputs),
            Tools.AS_EVALUATED,
            ImmutableSortedMap.of(),
            Optional.of(builder),
            seconds,
            start,
            0,
            0));
    return this;
  }

  ImmutableList<Step> all() {
    return ImmutableList.copyOf(steps);
  }
}

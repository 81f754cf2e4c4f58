package dev.crossplan.planner.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Manifest.Target;
import dev.crossplan.planner.plan.Objective;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Steps are numbered as they are added; numbers after a colon in drawings are seconds. */
class OutlookTest {
  private static final double SMALL = 1e-6;

  private final List<Step> steps = new ArrayList<>();

  private void build(String builder, double seconds, int... inputs) {
    DrawnSteps.add(steps, Optional.of(builder), seconds, 0, inputs);
  }

  private void substitute(double seconds, int... inputs) {
    DrawnSteps.add(steps, Optional.empty(), seconds, 0, inputs);
  }

  /** A desk with two slots, a board with one. */
  private Plan plan() {
    return new Plan(
        "plan",
        new Target("riscv64-linux", Optional.empty()),
        Objective.BUILDER_SECONDS,
        ImmutableList.of(builder("desk", 2), builder("board", 1)),
        ImmutableList.copyOf(steps),
        ImmutableMap.of(),
        new Plan.Bounds(0, 0, 0),
        ImmutableList.of(),
        ImmutableList.of(),
        ImmutableList.of());
  }

  private static Builder builder(String name, int slots) {
    return Builder.of(name, Builder.Abilities.running(ImmutableSet.of("x86_64-linux")))
        .withSlots(slots);
  }

  /**
   *
   *
   * <pre>
   * 0:10 ─ 1:5 ─ 3:20
   *        2:7 ──┘
   * </pre>
   */
  @Test
  void theLongestChainBoundsWhatIsLeft() {
    build("desk", 10);
    build("desk", 5, 0);
    build("desk", 7);
    build("desk", 20, 1, 2);
    Outlook all = Outlook.of(plan(), steps);
    assertEquals(42, all.builderSeconds());
    assertEquals(35, all.atLeastSeconds());
    assertEquals(35, all.expectedSeconds());
    assertEquals(List.of(steps.get(0), steps.get(1), steps.get(3)), all.longestChain());
    // 0 is done and 1 has run for 3 seconds, so 2 is what takes longest before 3.
    Outlook later =
        Outlook.of(
            plan(),
            ImmutableSet.of(derivation(1), derivation(2), derivation(3)),
            ImmutableMap.of(derivation(1), 3.0));
    assertEquals(29, later.builderSeconds());
    assertEquals(27, later.atLeastSeconds());
    assertEquals(List.of(steps.get(2), steps.get(3)), later.longestChain());
  }

  @Test
  void whatRunsForTooLongCountsAsOver() {
    build("desk", 10);
    build("desk", 5, 0);
    Outlook late =
        Outlook.of(
            plan(),
            ImmutableSet.of(derivation(0), derivation(1)),
            ImmutableMap.of(derivation(0), 99.0));
    assertEquals(5, late.atLeastSeconds());
  }

  @Test
  void slotsBoundWhatIsLeft() {
    for (int i = 0; i < 6; i++) {
      build("desk", 10);
      substitute(8);
    }
    assertEquals(30, Outlook.of(plan(), steps).atLeastSeconds());
    build("board", 31);
    assertEquals(31, Outlook.of(plan(), steps).atLeastSeconds());
    assertEquals(0, Outlook.of(plan(), List.of()).atLeastSeconds());
    assertEquals(List.of(), Outlook.of(plan(), List.of()).longestChain());
  }

  @Property(seed = "1")
  void theBoundIsNeverAboveWhatASchedulerNeeds(@ForAll long seed) {
    Random random = new Random(seed);
    steps.clear(); // all tries share them
    int size = random.nextInt(30);
    for (int id = 0; id < size; id++) {
      int to = id;
      int[] inputs =
          random
              .ints(2, 0, Math.max(1, id))
              .filter(input -> input < to)
              .distinct()
              .sorted()
              .toArray();
      switch (random.nextInt(3)) {
        case 0 -> build("desk", random.nextInt(20), inputs);
        case 1 -> build("board", random.nextInt(20), inputs);
        default -> substitute(random.nextInt(3), inputs);
      }
    }
    Set<StorePath> todo = new HashSet<>();
    Map<StorePath, Double> running = new HashMap<>();
    for (Step step : steps) {
      if (random.nextBoolean()) {
        todo.add(step.derivation());
      }
      if (random.nextInt(4) == 0) {
        running.put(step.derivation(), random.nextDouble() * 30);
      }
    }
    Outlook outlook = Outlook.of(plan(), todo, running);
    assertTrue(outlook.atLeastSeconds() <= outlook.expectedSeconds() + SMALL);
    assertTrue(outlook.expectedSeconds() <= outlook.builderSeconds() + SMALL);
    double chain = 0;
    ImmutableList<Step> longest = outlook.longestChain();
    for (int i = 0; i < longest.size(); i++) {
      Step step = longest.get(i);
      assertTrue(i == 0 || step.inputs().contains(longest.get(i - 1).id()));
      chain += Math.max(0, step.seconds() - running.getOrDefault(step.derivation(), 0.0));
    }
    assertTrue(chain <= outlook.atLeastSeconds() + SMALL);
  }

  private StorePath derivation(int step) {
    return steps.get(step).derivation();
  }
}

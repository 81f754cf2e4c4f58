package dev.crossplan.planner.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.plan.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChainTest {
  /**
   *
   *
   * <pre>
   *   desk, one slot:   |libc 0-4|shell 4-7|      |image 9-10|
   *   board:            |      probe 4-9       |
   *
   *   shell needs nothing, probe needs libc, image needs probe and shell
   * </pre>
   */
  private static final ImmutableList<Step> STEPS =
      new Steps()
          .then("libc", "desk", 0, 4)
          .then("shell", "desk", 4, 3)
          .then("probe", "board", 4, 5, 0)
          .then("image", "desk", 9, 1, 1, 2)
          .all();

  @Test
  void theEndWaitsForInputs() {
    Chain chain = Chain.scheduled(STEPS);
    assertEquals(List.of("libc NOTHING", "probe INPUT", "image INPUT"), words(chain));
    assertEquals(10, chain.seconds());
  }

  /**
   * As above, but the probe takes no time: the image waits for the shell, which waited for the
   * slot.
   */
  @Test
  void theEndWaitsForASlot() {
    Chain chain =
        Chain.scheduled(
            new Steps()
                .then("libc", "desk", 0, 4)
                .then("shell", "desk", 4, 3)
                .then("probe", "board", 4, 0, 0)
                .then("image", "desk", 7, 1, 1, 2)
                .all());
    assertEquals(List.of("libc NOTHING", "shell SLOT", "image INPUT"), words(chain));
  }

  /** Nothing is needed, and the only slot is taken again and again. */
  @Test
  void aChainOfSlotsHasNoInputs() {
    ImmutableList<Step> steps =
        new Steps().then("one", "desk", 0, 2).then("two", "desk", 2, 2).all();
    assertEquals(List.of("one NOTHING", "two SLOT"), words(Chain.scheduled(steps)));
    assertEquals(List.of("one NOTHING"), words(Chain.ofInputs(steps)));
    assertEquals(2, Chain.ofInputs(steps).seconds());
  }

  /** Steps that take no time start where others of no time end: the walk back must end. */
  @Test
  void stepsOfNoTimeAreNoCircle() {
    ImmutableList<Step> steps =
        new Steps()
            .then("one", "desk", 0, 3)
            .then("two", "desk", 3, 0, 0)
            .then("three", "desk", 3, 0, 1)
            .all();
    assertEquals(List.of("one NOTHING"), words(Chain.scheduled(steps)));
  }

  @Test
  void slotsWithoutEndLeaveTheInputs() {
    Chain chain = Chain.ofInputs(STEPS);
    assertEquals(List.of("libc NOTHING", "probe INPUT", "image INPUT"), words(chain));
    assertEquals(10, chain.seconds());
  }

  @Test
  void noStepsAreNoChain() {
    assertEquals(List.of(), words(Chain.scheduled(ImmutableList.of())));
    assertEquals(0, Chain.ofInputs(ImmutableList.of()).seconds());
  }

  private static List<String> words(Chain chain) {
    return chain.links().stream()
        .map(link -> link.step().packageName() + " " + link.waitsFor().name())
        .toList();
  }
}

package dev.crossplan.planner.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Builder;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class BuilderUseTest {
  private static final double SMALL = 1e-9;

  private static final Builder DESK = Steps.builder("desk", 2, 3.6, 100);
  private static final Builder BOARD = Steps.builder("board", 1, 36, 10);

  /**
   *
   *
   * <pre>
   *   desk, two slots:  |a 0-1000      |      |c 2000-3000|
   *                         |b 500-1500|
   *   board:            nothing
   * </pre>
   */
  private static final ImmutableList<BuilderUse> USES =
      new Placing(
              new Steps()
                  .then("a", "desk", 0, 1000)
                  .then("b", "desk", 500, 1000)
                  .then("c", "desk", 2000, 1000)
                  .all(),
              ImmutableList.of(DESK, BOARD))
          .builders();

  @Test
  void whatNobodySaidIsUnknownIfItIsNeeded() {
    Builder silent = Steps.builder("desk", 1, 1, 1).with(Builder.Upkeep.NONE);
    BuilderUse used = new BuilderUse(silent, 2, 20, 20, 20);
    assertEquals(OptionalDouble.empty(), used.knownMoney());
    assertEquals(OptionalDouble.empty(), used.knownKilowattHours());
    BuilderUse idle = new BuilderUse(silent, 0, 0, 0, 0);
    assertEquals(OptionalDouble.of(0), idle.knownMoney());
    BuilderUse free = new BuilderUse(Steps.builder("desk", 1, 0, 0), 2, 20, 20, 20);
    assertEquals(OptionalDouble.of(0), free.knownMoney());
    assertEquals(OptionalDouble.of(0), free.knownKilowattHours());
  }

  @Test
  void stepsAtTheSameTimeCountEachButTheBuilderIsActiveOnce() {
    BuilderUse desk = USES.get(0);
    assertEquals(3, desk.steps());
    assertEquals(3000, desk.busySeconds(), SMALL);
    assertEquals(2500, desk.activeSeconds(), SMALL);
    assertEquals(3000, desk.untilSeconds(), SMALL);
  }

  @Test
  void aBuilderIsPaidUntilItsLastStepEndsAndTakesPowerWhileItBuilds() {
    BuilderUse desk = USES.get(0);
    assertEquals(3.6 * 3000 / 3600, desk.money(), SMALL);
    assertEquals(0.1 * 2500 / 3600, desk.kilowattHours(), SMALL);
  }

  @Test
  void aBuilderThatDoesNothingCostsNothing() {
    BuilderUse board = USES.get(1);
    assertEquals(0, board.steps());
    assertEquals(0, board.money());
    assertEquals(0, board.kilowattHours());
  }
}

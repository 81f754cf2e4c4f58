package dev.crossplan.planner.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.primitives.ImmutableIntArray;
import org.junit.jupiter.api.Test;

class PrecedenceTest {
  /**
   *
   *
   * <pre>
   * 0 <- 1 <- 3
   *   <- 2 <-
   * </pre>
   */
  @Test
  void knowsBothDirectionsAndAnOrder() {
    Precedence diamond = Precedence.of(new int[][] {{}, {0}, {0}, {1, 2}});
    assertEquals(2, diamond.dependentCount(0));
    assertEquals(2, diamond.dependent(0, 1));
    assertEquals(2, diamond.needCount(3));
    assertEquals(0, diamond.inOrder(0));
    assertEquals(3, diamond.inOrder(3));
    assertEquals(3, diamond.turned().inOrder(0));
    assertTrue(diamond.cycle().isEmpty());
  }

  /**
   *
   *
   * <pre>
   * 0 <- 1 <- 2 <- 3 <- 4
   *           +--------^   2 needs 4 as well
   * </pre>
   */
  @Test
  void namesTheTasksOfACycleAndNoOthers() {
    Precedence precedence = Precedence.of(new int[][] {{}, {0}, {1, 4}, {2}, {3}});
    assertEquals(ImmutableIntArray.of(2, 4, 3), precedence.cycle());
  }

  @Test
  void aTaskThatNeedsItselfIsACycle() {
    assertEquals(ImmutableIntArray.of(1), Precedence.of(new int[][] {{}, {1}}).cycle());
  }

  @Test
  void refusesATaskThatIsNotThere() {
    assertThrows(IndexOutOfBoundsException.class, () -> Precedence.of(new int[][] {{1}}));
  }
}

package dev.crossplan.planner.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.execute.Driver.State;
import dev.crossplan.planner.plan.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Steps are numbered as they are added; numbers in drawings are seconds. */
class DriverTest {
  private final List<Step> steps = new ArrayList<>();
  private final Set<Integer> present = new HashSet<>();
  private final Map<Integer, Step> running = new HashMap<>();
  private final Set<Integer> failed = new HashSet<>();

  /** Pairs of a step that is present and a user for whom it lacks an output. */
  private final Set<List<Integer>> lacking = new HashSet<>();

  private final Map<Integer, Integer> same = new HashMap<>();
  private int slots = 2;

  /** Whatever builder it is. */
  private static boolean isThere(String builder) {
    return !builder.isEmpty();
  }

  private int build(double seconds, int... inputs) {
    return add(Optional.of("desk"), seconds, inputs);
  }

  private int substitute(int... inputs) {
    return add(Optional.empty(), 1, inputs);
  }

  private int heavy(double seconds, long memory) {
    return DrawnSteps.add(steps, Optional.of("desk"), seconds, memory);
  }

  private int add(Optional<String> builder, double seconds, int... inputs) {
    return DrawnSteps.add(steps, builder, seconds, 0, inputs);
  }

  private Driver drive(int... roots) {
    return new Driver(
        ImmutableList.copyOf(steps),
        ImmutableIntArray.copyOf(roots),
        ImmutableMap.of("desk", slots, "board", 1),
        ImmutableMap.of("desk", 10L),
        step -> same.getOrDefault(step, step),
        (step, user) -> present.contains(step) && !lacking.contains(List.of(step, user)),
        step -> Optional.ofNullable(running.get(step)),
        failed::contains);
  }

  /** The most urgent is started; what has no room beside it waits, and lets others pass. */
  @Test
  void nothingIsStartedThatMemoryIsTooShortFor() {
    slots = 3;
    int urgent = heavy(9, 6);
    int large = heavy(5, 5);
    int small = heavy(1, 4);
    Driver driver = drive(urgent, large, small);
    assertEquals(List.of(urgent, small), driver.startable(step -> false, DriverTest::isThere));
    driver.start(urgent);
    driver.start(small);
    assertEquals(List.of(), driver.startable(step -> false, DriverTest::isThere));
    driver.finish(small);
    assertEquals(List.of(), driver.startable(step -> false, DriverTest::isThere));
    driver.finish(urgent);
    assertEquals(List.of(large), driver.startable(step -> false, DriverTest::isThere));
  }

  /** The board is lost: what it was to do waits as long as it may come back. */
  @Test
  void nothingIsGivenToABuilderThatIsLost() {
    int board = add(Optional.of("board"), 5);
    int desk = build(1);
    Driver driver = drive(board, desk);
    Predicate<String> isDesk = "desk"::equals;
    assertEquals(List.of(desk), driver.startable(step -> false, isDesk));
    driver.start(desk);
    driver.finish(desk);
    assertFalse(driver.isOver(DriverTest::isThere));
    assertTrue(driver.isOver(isDesk));
    assertEquals(List.of(board), driver.startable(step -> false, DriverTest::isThere));
  }

  /** It was begun on the board; by the plan of now it, and what is to follow, is for the desk. */
  @Test
  void whatRunsUsesTheBuilderThatItWasStartedOn() {
    int begun = build(1);
    int next = add(Optional.of("board"), 1);
    int other = build(1);
    slots = 1;
    running.put(begun, steps.get(next));
    Driver driver = drive(begun, next, other);
    assertEquals(List.of(other), driver.startable(step -> false, DriverTest::isThere));
    driver.repeat(begun); // the board was lost
    assertEquals(List.of(begun, next), driver.startable(step -> false, DriverTest::isThere));
    driver.start(begun);
    assertEquals(List.of(next), driver.startable(step -> false, DriverTest::isThere));
  }

  @Test
  void aBuilderWithoutWorkWhileOthersQueueIsLopsided() {
    slots = 1;
    int first = build(1);
    int second = build(1);
    int board = add(Optional.of("board"), 1);
    Driver driver = drive(first, second, board);
    assertFalse(driver.isLopsided(DriverTest::isThere)); // all can be begun
    driver.start(first);
    driver.start(board);
    assertFalse(driver.isLopsided(DriverTest::isThere)); // nobody is idle
    driver.finish(board);
    assertTrue(driver.isLopsided(DriverTest::isThere));
    assertFalse(driver.isLopsided("desk"::equals)); // the board is lost
    driver.finish(first);
    driver.start(second);
    assertFalse(driver.isLopsided(DriverTest::isThere)); // nothing waits
  }

  /** 0 is there and is looked at: 2 is made of it, though indirectly, and 3 is not. */
  @Test
  void whatDependsOnADoubtfulStepWaits() {
    build(1);
    build(1, 0);
    build(1, 1);
    build(1);
    build(1, 2, 3);
    present.add(0);
    present.add(1);
    Driver driver = drive(4);
    assertEquals(List.of(3), driver.startable(step -> step == 0, DriverTest::isThere));
    assertEquals(List.of(2, 3), driver.startable(step -> false, DriverTest::isThere));
  }

  /**
   *
   *
   * <pre>
   * 0 ─ 1 ─┐
   *     2 ─ 3      two slots
   * </pre>
   */
  @Test
  void aStepIsReadyWhenItsInputsAreThere() {
    build(1);
    build(1, 0);
    build(1);
    build(1, 1, 2);
    Driver driver = drive(3);
    assertEquals(List.of(0, 2), driver.startable(step -> false, DriverTest::isThere));
    driver.start(0);
    driver.start(2);
    assertEquals(List.of(), driver.startable(step -> false, DriverTest::isThere));
    driver.finish(2);
    assertEquals(List.of(), driver.startable(step -> false, DriverTest::isThere));
    driver.finish(0);
    assertEquals(List.of(1), driver.startable(step -> false, DriverTest::isThere));
    driver.start(1);
    driver.finish(1);
    driver.start(3);
    assertFalse(driver.isOver(DriverTest::isThere));
    driver.finish(3);
    assertTrue(driver.isOver(DriverTest::isThere));
  }

  /**
   * Of 1, the garbage collector has left what 2 uses, but not what 3 does.
   *
   * <pre>
   * 0 ─ 1 ┬ 2
   *       └ 3
   * </pre>
   */
  @Test
  void aStepIsDoneAgainForTheUserWhoseOutputIsGone() {
    build(1);
    build(1, 0);
    build(1, 1);
    build(1, 1);
    present.add(1);
    lacking.add(List.of(1, 3));
    assertEquals(State.PRESENT, drive(2).state(1));
    for (int[] roots : new int[][] {{2, 3}, {3, 2}}) {
      Driver driver = drive(roots);
      assertEquals(Set.of(0, 1, 2, 3), Set.copyOf(driver.todo()));
      assertEquals(List.of(0), driver.startable(step -> false, DriverTest::isThere));
    }
    lacking.clear();
    lacking.add(List.of(1, Driver.IMAGE));
    assertEquals(State.PRESENT, drive(3).state(1));
    assertEquals(State.BLOCKED, drive(3, 1).state(1));
  }

  /**
   * By what they are given, 1 and 2 become one derivation.
   *
   * <pre>
   * 0 ─ 1 ─┐
   *   ─ 2 ─ 3
   * </pre>
   */
  @Test
  void stepsThatAreTheSameAreDoneOnce() {
    build(1);
    build(1, 0);
    build(1, 0);
    build(1, 1, 2);
    same.put(2, 1);
    Driver driver = drive(2, 3);
    driver.start(0);
    driver.finish(0);
    assertEquals(List.of(1), driver.startable(step -> false, DriverTest::isThere));
    driver.start(1);
    assertEquals(State.RUNNING, driver.state(2));
    driver.finish(1);
    assertEquals(State.FINISHED, driver.state(2));
    assertEquals(List.of(3), driver.startable(step -> false, DriverTest::isThere));
    driver.start(3);
    driver.finish(3);
    assertTrue(driver.isOver(DriverTest::isThere));
  }

  @Test
  void whatNeedsOneOfTheSameIsGivenUpWithIt() {
    build(1);
    build(1);
    build(1, 1);
    same.put(1, 0);
    Driver driver = drive(2);
    driver.start(0);
    driver.fail(0);
    assertEquals(List.of(2), driver.giveUpUsers(1));
  }

  /** Nix has made the outputs, but what it said at its end was not read yet. */
  @Test
  void whatRunsHasASlotThoughItsOutputsAreThere() {
    build(1);
    present.add(0);
    running.put(0, steps.get(0));
    Driver driver = drive(0);
    assertEquals(State.RUNNING, driver.state(0));
    assertFalse(driver.isOver(DriverTest::isThere));
    driver.finish(0);
    assertTrue(driver.isOver(DriverTest::isThere));
  }

  /**
   *
   *
   * <pre>
   * 0 ─ 1
   * </pre>
   */
  @Test
  void whatWasThereButIsRejectedStopsWhatCouldHaveBeenStarted() {
    build(1);
    build(1, 0);
    present.add(0);
    Driver driver = drive(1);
    assertEquals(List.of(1), driver.startable(step -> false, DriverTest::isThere));
    driver.reject(0);
    assertEquals(List.of(), driver.startable(step -> false, DriverTest::isThere));
    assertEquals(State.FAILED, driver.state(0));
    assertEquals(List.of(1), driver.giveUpUsers(0));
    assertTrue(driver.isOver(DriverTest::isThere));
  }

  /** Nobody had looked at 0, of which all the rest was made. */
  @Test
  void whatWasMadeOfWhatIsRejectedIsNoUse() {
    build(1);
    build(1, 0);
    build(1, 1);
    present.add(2);
    Driver driver = drive(2);
    assertEquals(State.NOT_NEEDED, driver.state(0));
    driver.reject(0);
    assertEquals(List.of(), driver.startable(step -> false, DriverTest::isThere));
    assertEquals(List.of(1, 2), driver.giveUpUsers(0));
  }

  /**
   * 1 has failed in an earlier run: 0, which only 1 needs, is not begun, but 2 is, which nothing
   * but what is lost needs. 4 was once made of 1.
   *
   * <pre>
   * 0 ─ 1 ─┬─ 3 ─ 5
   *     2 ─┘
   *     1 ─── 4
   * </pre>
   */
  @Test
  void whatDependsOnWhatFailedBeforeIsGivenUpTheRestIsNot() {
    build(1);
    build(1, 0);
    build(1);
    build(1, 1, 2);
    build(1, 1);
    build(1, 3);
    failed.add(1);
    present.add(4);
    Driver driver = drive(5, 4);
    assertEquals(List.of(2), driver.startable(step -> false, DriverTest::isThere));
    assertEquals(State.NOT_NEEDED, driver.state(0));
    assertEquals(State.FAILED, driver.state(1));
    for (int step : new int[] {3, 4, 5}) {
      assertEquals(State.GIVEN_UP, driver.state(step));
      assertEquals(1, driver.because(step));
    }
    driver.start(2);
    driver.finish(2);
    assertTrue(driver.isOver(DriverTest::isThere));
    assertEquals(List.of(), driver.todo());
  }

  /**
   *
   *
   * <pre>
   * 0:9 ──────────┐
   * 1:1 ─ 2:10 ── 3:1      one slot: 1 is short, but starts the longest path
   * </pre>
   */
  @Test
  void theCriticalPathGoesFirst() {
    slots = 1;
    build(9);
    build(1);
    build(10, 1);
    build(1, 0, 2);
    Driver driver = drive(3);
    assertEquals(List.of(1), driver.startable(step -> false, DriverTest::isThere));
    assertEquals(List.of(1, 2, 0, 3), driver.todo());
  }

  @Test
  void equallyUrgentStepsGoInOrder() {
    build(5);
    build(5);
    build(5);
    build(1, 0, 1, 2);
    assertEquals(List.of(0, 1), drive(3).startable(step -> false, DriverTest::isThere));
  }

  /**
   *
   *
   * <pre>
   * 0 ─ 1 ─ 2 ─ 4      2 is there; 0 and 1, of which it was built, are not
   *     1 ──────3 ─┘   but 3 needs 1
   * </pre>
   */
  @Test
  void whatOnlySomethingPresentWasBuiltOfIsNotNeeded() {
    build(1);
    build(1, 0);
    build(1, 1);
    present.add(2);
    assertEquals(State.NOT_NEEDED, drive(2).state(0));
    assertTrue(drive(2).isOver(DriverTest::isThere));
    build(1, 1);
    build(1, 2, 3);
    Driver driver = drive(4);
    assertEquals(State.PRESENT, driver.state(2));
    assertEquals(List.of(0), driver.startable(step -> false, DriverTest::isThere));
    assertEquals(List.of(0, 1, 3, 4), driver.todo());
  }

  @Test
  void substitutionsNeedNoSlotOfABuilder() {
    slots = 1;
    build(1);
    for (int i = 1; i <= Driver.MOST_SUBSTITUTIONS + 1; i++) {
      substitute();
    }
    build(1, 0, 1, 2, 3, 4, 5);
    assertEquals(
        1 + Driver.MOST_SUBSTITUTIONS,
        drive(6).startable(step -> false, DriverTest::isThere).size());
  }

  /**
   *
   *
   * <pre>
   * 0 ─ 1 ─ 2 ─┐
   *     3 ──── 4       1 fails
   *     5 ─────┘
   * </pre>
   */
  @Test
  void whatDependsOnAFailureIsGivenUpAndTheRestGoesOn() {
    slots = 1;
    build(1);
    build(8, 0);
    build(1, 1);
    build(3);
    build(1, 2, 3);
    build(2);
    Driver driver = drive(4, 5);
    driver.start(0);
    driver.finish(0);
    driver.start(1);
    driver.fail(1);
    assertEquals(List.of(2, 4), driver.giveUpUsers(1));
    assertEquals(List.of(3), driver.startable(step -> false, DriverTest::isThere));
    driver.start(3);
    driver.finish(3);
    driver.start(5);
    driver.finish(5);
    assertTrue(driver.isOver(DriverTest::isThere));
    assertEquals(State.FAILED, driver.state(1));
    assertEquals(State.GIVEN_UP, driver.state(4));
  }

  @Test
  void whatRunsAlreadyHasItsSlot() {
    build(1);
    build(1);
    build(1, 0, 1);
    running.put(1, steps.get(1));
    slots = 1;
    Driver driver = drive(2);
    assertEquals(List.of(), driver.startable(step -> false, DriverTest::isThere));
    driver.finish(1);
    assertEquals(List.of(0), driver.startable(step -> false, DriverTest::isThere));
  }

  @Test
  void whatIsNotOfThisPlanKeepsItsSlotUntilItEnds() {
    build(1);
    slots = 1;
    Step stranger = steps.get(build(1));
    Driver driver = drive(0);
    driver.occupy(stranger);
    assertEquals(List.of(), driver.startable(step -> false, DriverTest::isThere));
    assertFalse(driver.isOver(DriverTest::isThere));
    driver.release(stranger);
    assertEquals(List.of(0), driver.startable(step -> false, DriverTest::isThere));
  }

  @Test
  void aStepIsNotStartedTwice() {
    build(1);
    Driver driver = drive(0);
    driver.start(0);
    assertThrows(IllegalStateException.class, () -> driver.start(0));
  }

  /** Whatever the graph: each step once, after its inputs, never more than there are slots. */
  @Property(seed = "1")
  void everyPlanIsDoneToItsEnd(@ForAll long seed) {
    Random random = new Random(seed);
    slots = 1 + random.nextInt(3);
    int count = 1 + random.nextInt(30);
    for (int id = 0; id < count; id++) {
      int after = id;
      build(
          random.nextInt(5),
          random
              .ints(random.nextInt(4), 0, Math.max(1, id))
              .filter(i -> i < after)
              .distinct()
              .sorted()
              .toArray());
      if (random.nextInt(4) == 0) {
        present.add(id);
      }
    }
    Driver driver = drive(count - 1);
    int todo = driver.todo().size();
    Set<Integer> done = new HashSet<>();
    List<Integer> started = new ArrayList<>();
    while (!driver.isOver(DriverTest::isThere)) {
      for (int step : driver.startable(step -> false, DriverTest::isThere)) {
        driver.start(step);
        started.add(step);
        for (int input : steps.get(step).inputs().asList()) {
          assertTrue(done.contains(input) || driver.state(input).isDone());
        }
      }
      assertTrue(started.size() <= slots);
      int finished = started.remove(random.nextInt(started.size()));
      driver.finish(finished);
      assertTrue(done.add(finished));
    }
    assertEquals(todo, done.size());
    assertTrue(driver.state(count - 1).isDone());
  }
}

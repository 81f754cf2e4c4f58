package dev.crossplan.planner.simulate;

import static dev.crossplan.planner.simulate.Works.NO;
import static dev.crossplan.planner.simulate.Works.here;
import static dev.crossplan.planner.simulate.Works.remote;
import static dev.crossplan.planner.simulate.Works.story;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.simulate.Engine.Disruption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the others choose. */
class PoliciesTest {

  /** From b it is 12 seconds to the end and from c 9; a takes 8, the last of the chain 5. */
  /** What the board needs of the desk is on its way for 10 s, in a slot of the board. */
  @Test
  void whatIsNeededElsewhereHasToGetThere() {
    Workload work =
        Works.on(Works.here(1), Works.behind(100, Works.remote("board", 1, 1)))
            .task("a", new double[] {5, Works.NO})
            .task("b", new double[] {Works.NO, 7}, "a")
            .task("c", new double[] {3, Works.NO}, "b")
            .making("a", 1000)
            .get();
    for (Policy policy : Policy.values()) {
      assertEquals(
          "a here 0-5, b board 15-22, c here 22-25", Works.story(work, policy), policy.toString());
    }
  }

  @Test
  void theCriticalPathComesFirst() {
    Workload work =
        Works.on(here(1)).task("a", 8).task("b", 3).task("c", 4, "b").task("d", 5, "c").get();
    assertEquals(
        "a here 7-15, b here 0-3, c here 3-7, d here 15-20", story(work, Policy.CRITICAL_PATH));
  }

  /** Ten times as slow and free is later than fast and busy for a while. */
  @Test
  void theCriticalPathWaitsForAFastBuilder() {
    Workload work =
        Works.on(here(1), remote("slow", 1, 0.1))
            .task("a", new double[] {10, 100})
            .task("b", new double[] {9, 90})
            .get();
    assertEquals("a here 0-10, b here 10-19", story(work, Policy.CRITICAL_PATH));
  }

  @Test
  void whatWasLostIsRepeatedElsewhere() {
    Workload work = Works.on(here(1), remote("fast", 1, 2)).task("a", new double[] {20, 10}).get();
    List<Disruption> down = List.of(new Disruption(4, 1, true));
    for (Policy policy : List.of(Policy.SCHEDULE, Policy.CRITICAL_PATH)) {
      Outcome outcome = Works.run(work, policy, down);
      assertEquals("a here 4-24", story(work, outcome));
      assertEquals(4, outcome.lostSeconds());
      assertEquals(4, outcome.busySeconds().get(1));
    }
    // Hydra waits a minute before it tries again, and in C++ a random time besides.
    assertEquals("a here 69-89", story(work, Works.run(work, Policy.HYDRA_CPP, down)));
    assertEquals("a here 64-84", story(work, Works.run(work, Policy.HYDRA_RUST, down)));
  }

  /**
   * Rounded, 1 / 2 is 1 and 1 / 3 is 0: the third machine takes a second step before the second
   * does.
   */
  @Test
  void hydraRoundsLoads() {
    Workload work =
        Works.on(remote("one", 1, 1), remote("two", 2, 2), remote("three", 3, 3))
            .task("a", 10)
            .task("b", 10)
            .task("c", 10)
            .task("d", 10)
            .get();
    // a: all loads 0, the fastest. b: 1/3 rounds to 0, the fastest again. c: 2/3 rounds to 1, so
    // the next fastest of load 0. d: 1/2 rounds to 1, so the last of load 0.
    assertEquals(
        "a three 0-10, b three 0-10, c two 0-10, d one 0-10", story(work, Policy.HYDRA_CPP));
  }

  /** What more steps need directly comes first, however long their way is. */
  @Test
  void hydraPrefersWhatManyNeed() {
    Workload work =
        Works.on(remote("m", 1, 1))
            .task("a", 10)
            .task("b", 10)
            .task("a1", 100, "a")
            .task("b1", 1, "b")
            .task("b2", 1, "b")
            .get();
    for (Policy policy : List.of(Policy.HYDRA_CPP, Policy.HYDRA_RUST)) {
      Outcome outcome = Works.run(work, policy);
      assertEquals(0, outcome.starts().get(1), policy.toString());
      assertEquals(10, outcome.starts().get(0), policy.toString());
    }
  }

  @Test
  void hydraInCppPrefersWhatRequiresFeatures() {
    Workload work =
        Works.on(remote("m", 1, 1)).task("a", 10).task("a1", 1, "a").demanding("b", 10).get();
    assertEquals(0, Works.run(work, Policy.HYDRA_CPP).starts().get(2));
    assertEquals(0, Works.run(work, Policy.HYDRA_RUST).starts().get(0));
  }

  /** Also while all that is connected is full. */
  @Test
  void hydraInRustGivesUpWhatNoMachineSupports() {
    Workload work =
        Works.on(here(1), remote("board", 1, 1))
            .task("a", new double[] {1000, NO})
            .task("b", new double[] {NO, 10})
            .get();
    Outcome outcome = Works.run(work, Policy.HYDRA_RUST, List.of(new Disruption(0, 1, true)));
    assertEquals("a here 0-1000", story(work, outcome));
    assertEquals(120, outcome.firstFailure());
  }

  /** The best machine is filled before the next one gets anything. */
  @Test
  void hydraInRustFillsTheBestMachine() {
    Workload work =
        Works.on(remote("small", 1, 2), remote("large", 3, 1))
            .task("a", 10)
            .task("b", 10)
            .task("c", 10)
            .task("d", 10)
            .get();
    assertEquals(
        "a large 0-10, b large 0-10, c large 0-10, d small 0-10", story(work, Policy.HYDRA_RUST));
  }

  /** Five times, after 60, 180, 540 and 1620 seconds; in Rust what nobody supports is given up. */
  @Test
  void hydraGivesUpInTheEnd() {
    Workload work = Works.on(here(1), remote("board", 1, 1)).task("a", new double[] {NO, 10}).get();
    List<Disruption> down = List.of(new Disruption(4, 1, true));
    Outcome cpp = Works.run(work, Policy.HYDRA_CPP, down);
    assertFalse(cpp.isFinished());
    assertTrue(cpp.firstFailure() >= 4 + 60 + 180 + 540 + 1620, () -> "" + cpp.firstFailure());
    Outcome rust = Works.run(work, Policy.HYDRA_RUST, down);
    assertFalse(rust.isFinished());
    assertEquals(4 + 60 + 120, rust.firstFailure());
    // Where it comes back within a minute, nothing is given up.
    List<Disruption> shortly = List.of(new Disruption(4, 1, true), new Disruption(30, 1, false));
    assertEquals("a board 79-89", story(work, Works.run(work, Policy.HYDRA_CPP, shortly)));
    assertEquals("a board 64-74", story(work, Works.run(work, Policy.HYDRA_RUST, shortly)));
  }

  /** What takes no time needs no slot, and a substitution no builder. */
  @Test
  void whatTakesNoTimeNeedsNoSlot() {
    Workload work =
        Works.on(here(1))
            .task("busy", 10)
            .task("nothing", 0)
            .substitution("cached", 3, "nothing")
            .task("end", 1, "cached", "busy")
            .get();
    for (Policy policy : Policy.values()) {
      assertEquals(
          "busy here 0-10, nothing here 0-0, cached substituters 0-3, end here 10-11",
          story(work, policy),
          policy.toString());
    }
  }
}

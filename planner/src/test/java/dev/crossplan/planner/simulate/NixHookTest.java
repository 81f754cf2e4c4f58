package dev.crossplan.planner.simulate;

import static dev.crossplan.planner.simulate.Works.NO;
import static dev.crossplan.planner.simulate.Works.here;
import static dev.crossplan.planner.simulate.Works.remote;
import static dev.crossplan.planner.simulate.Works.story;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.crossplan.planner.instance.Builder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** How Nix chooses, from what its sources say. */
class NixHookTest {

  /** Machines that are as busy as somebody says, and what is started on them. */
  private static final class BusyFloor implements Floor {
    private final Workload work;
    private final int[] running;
    private final List<String> events = new ArrayList<>();

    BusyFloor(Workload work, int[] running) {
      this.work = work;
      this.running = running;
    }

    @Override
    public double now() {
      return 0;
    }

    @Override
    public int running(int machine) {
      return running[machine];
    }

    @Override
    public boolean isUp(int machine) {
      return true;
    }

    @Override
    public int free(int machine) {
      return work.builders().get(machine).slots() - running[machine];
    }

    @Override
    public void start(int task, int machine) {
      running[machine]++;
      events.add(task + " on " + machine);
    }

    @Override
    public void fail(int task) {
      events.add(task + " fails");
    }
  }

  /**
   * What the hook and the worker do with goals that are ready together, written down as a list of
   * cases.
   */
  private static List<String> expected(Workload work, int[] running) {
    List<String> events = new ArrayList<>();
    List<Integer> declined = new ArrayList<>();
    for (int task = 0; task < work.taskCount(); task++) {
      int best = best(work, task, running);
      boolean isRightType = isRightType(work, task);
      boolean couldHere = work.canRun(task, 0);
      boolean willing = couldHere && running[0] < work.builders().get(0).slots();
      if (best >= 0) {
        running[best]++;
        events.add(task + " on " + best);
      } else if (couldHere && (willing || !isRightType)) {
        declined.add(task);
      } else if (!isRightType) {
        events.add(task + " fails");
      } // else it is postponed
    }
    for (int task : declined) {
      if (running[0] < work.builders().get(0).slots()) {
        running[0]++;
        events.add(task + " on 0");
      }
    }
    return events;
  }

  private static boolean isRightType(Workload work, int task) {
    return IntStream.range(1, work.builders().size()).anyMatch(m -> work.canRun(task, m));
  }

  private static int best(Workload work, int task, int[] running) {
    int best = -1;
    for (int m = 1; m < work.builders().size(); m++) {
      if (!work.canRun(task, m) || running[m] == work.builders().get(m).slots()) {
        continue;
      }
      if (best < 0) {
        best = m;
        continue;
      }
      float speed = (float) work.builders().get(m).speed();
      float bestSpeed = (float) work.builders().get(best).speed();
      if (running[m] / speed < running[best] / bestSpeed
          || (running[m] / speed == running[best] / bestSpeed
              && (speed > bestSpeed || (speed == bestSpeed && running[m] < running[best])))) {
        best = m;
      }
    }
    return best;
  }

  @Property(tries = 2000, seed = "1")
  void theHookTakesTheLeastLoadThenTheFasterThenTheFirst(@ForAll long seed) {
    Random random = new Random(seed);
    int machines = 1 + random.nextInt(5);
    Builder[] builders = new Builder[machines];
    int[] running = new int[machines + 1];
    double[] speeds = {0.25, 0.5, 1, 1, 1.5, 2, 3};
    for (int m = 0; m < machines; m++) {
      int slots = 1 + random.nextInt(4);
      builders[m] =
          m == 0 ? here(slots) : remote("m" + m, slots, speeds[random.nextInt(speeds.length)]);
      running[m] = random.nextInt(slots + 1);
    }
    Works works = Works.on(builders);
    int tasks = 1 + random.nextInt(6);
    for (int t = 0; t < tasks; t++) {
      double[] seconds = new double[machines];
      for (int m = 0; m < machines; m++) {
        seconds[m] = random.nextInt(4) == 0 ? NO : 1;
      }
      seconds[random.nextInt(machines)] = 1;
      works = works.task("t" + t, seconds);
    }
    Workload work = works.get();
    BusyFloor floor = new BusyFloor(work, running.clone());
    NixHook hook = new NixHook(work);
    for (int t = 0; t < tasks; t++) {
      hook.ready(t);
    }
    hook.dispatch(floor);

    assertEquals(expected(work, running), floor.events);
  }

  /** 1 / 0.5 is more than 1 / 1, and 0 is less than both: in turns, not to the fastest first. */
  @Test
  void loadIsJobsBySpeed() {
    Workload work =
        Works.on(here(1), remote("slow", 4, 0.5), remote("fast", 4, 1))
            .task("a", new double[] {NO, 20, 10})
            .task("b", new double[] {NO, 20, 10})
            .task("c", new double[] {NO, 20, 10})
            .task("d", new double[] {NO, 20, 10})
            .get();
    assertEquals("a fast 0-10, b slow 0-20, c fast 0-10, d fast 0-10", story(work, Policy.NIX));
  }

  /** A remote machine, however slow, comes before this one, however fast. */
  @Test
  void whatIsRemoteComesFirst() {
    Workload work =
        Works.on(here(2), remote("board", 1, 0.1))
            .task("a", new double[] {1, 100})
            .task("b", new double[] {1, 100})
            .get();
    assertEquals("a board 0-100, b here 0-1", story(work, Policy.NIX));
  }

  @Test
  void whatPrefersThisMachineIsBuiltHere() {
    Workload work =
        Works.on(here(1), remote("desk", 4, 1))
            .preferringLocal("a", 10)
            .preferringLocal("b", 10)
            .task("c", 10)
            .get();
    assertEquals("a here 0-10, b here 10-20, c desk 0-10", story(work, Policy.NIX));
  }

  /** Neither which takes long nor what waits for it counts: the name does. */
  @Test
  void goalsAreWorkedByName() {
    Workload work =
        Works.on(here(1)).task("z", 5).task("a", 7).task("m", 3).task("end", 1, "z").get();
    // z is one level deeper than a and m, which nothing needs: their goals are made before.
    assertEquals("z here 10-15, a here 0-7, m here 7-10, end here 15-16", story(work, Policy.NIX));
  }

  /** Postponed goals are looked at every five seconds; what becomes ready has taken the slot. */
  @Test
  void postponedGoalsArePolledAndOvertaken() {
    Workload work =
        Works.on(here(1), remote("board", 1, 1))
            .task("a", new double[] {NO, 7})
            .task("b", new double[] {NO, 7})
            .task("c", new double[] {NO, 4}, "a")
            .get();
    // Of a and b, b is tried first, as nothing needs it; a waits, is tried at 5 and at 10.
    assertEquals("a board 10-17, b board 0-7, c board 17-21", story(work, Policy.NIX));

    Workload overtaken =
        Works.on(here(1), remote("board", 1, 1))
            .task("a", new double[] {NO, 7})
            .task("b", new double[] {NO, 7})
            .task("c", new double[] {NO, 4}, "a")
            .task("d", new double[] {NO, 1}, "b")
            .get();
    // Both are as deep, a is first. c is ready at 7, when the slot is free, and b is not looked at.
    assertEquals(
        "a board 0-7, b board 15-22, c board 7-11, d board 22-23", story(overtaken, Policy.NIX));
  }

  /** What has waited for a slot here comes before what becomes ready. */
  @Test
  void whatWaitsForASlotHereIsNotOvertaken() {
    Workload work =
        Works.on(here(1)).task("a", 5).task("b", 5).task("c", 1, "a").task("d", 1, "b").get();
    assertEquals("a here 0-5, b here 5-10, c here 10-11, d here 11-12", story(work, Policy.NIX));
  }

  /** While all remote machines are full this one helps; who finds it full too is postponed. */
  @Test
  void thisMachineTakesWhatRemoteOnesHaveNoSlotFor() {
    Workload work =
        Works.on(here(1), remote("desk", 1, 1)).task("a", 10).task("b", 10).task("c", 10).get();
    // b and c are declined in the same round, when the slot here is still free; c then waits for a
    // slot, and when a and b have ended asks the hook again.
    assertEquals("a desk 0-10, b here 0-10, c desk 10-20", story(work, Policy.NIX));
  }

  /** The connection is lost: the build has failed, and what needs it is never built. */
  @Test
  void aMachineThatGoesDownFailsItsBuilds() {
    Workload work =
        Works.on(here(1), remote("board", 1, 1), remote("shed", 1, 1))
            .task("a", new double[] {NO, 10, 10})
            .task("b", new double[] {10, NO, NO})
            .task("c", new double[] {10, NO, NO}, "a")
            .get();
    Outcome outcome =
        Works.run(
            work,
            Policy.NIX,
            List.of(new Engine.Disruption(4, 1, true), new Engine.Disruption(6, 1, false)));
    assertEquals("b here 0-10", story(work, outcome));
    assertFalse(outcome.isFinished());
    assertEquals(4, outcome.firstFailure());
    assertEquals(4, outcome.lostSeconds());
  }

  /** The hook tries the next. */
  @Test
  void aMachineThatIsDownIsPassedOver() {
    Workload work =
        Works.on(here(1), remote("board", 1, 1), remote("shed", 1, 0.5))
            .task("a", new double[] {NO, 10, 20})
            .get();
    assertEquals(
        "a shed 0-20",
        story(work, Works.run(work, Policy.NIX, List.of(new Engine.Disruption(0, 1, true)))));
  }

  /** Nobody is asked to wait: where all machines that could do it are down, it fails at once. */
  @Test
  void aMachineThatIsDownIsNotWaitedFor() {
    Workload work =
        Works.on(here(1), remote("board", 1, 1), remote("shed", 1, 0.5))
            .task("a", new double[] {NO, 10, NO})
            .task("b", new double[] {NO, 10, 20})
            .get();
    Outcome outcome = Works.run(work, Policy.NIX, List.of(new Engine.Disruption(0, 1, true)));
    assertEquals("b shed 0-20", story(work, outcome));
    assertEquals(0, outcome.firstFailure());
  }
}

package dev.crossplan.planner.simulate;

import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.schedule.Precedence;
import it.unimi.dsi.fastutil.ints.IntArrayFIFOQueue;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Nix as it is: a worker with a goal for each derivation, and the build hook, {@code
 * build-remote.cc}. As of Nix 2.20 to 2.34.
 *
 * <p>Goals that are awake are worked in rounds, by name within a round. A goal asks the hook first
 * and builds on this machine only where the hook declines. Of the machines with a free slot that
 * can do it the hook takes the one with the least load, which is jobs / speed factor; of equals the
 * faster, then the one with fewer jobs, then the first of the file. Where all are full the goal is
 * postponed, unless a local slot is free; it is tried again every five seconds, and what becomes
 * ready meanwhile comes before it. Neither how long a derivation takes nor what waits for it
 * counts.
 */
final class NixHook implements Dispatcher {
  /** {@code build-poll-interval}. */
  static final double POLL_SECONDS = 5;

  /** A goal for an input is made so many rounds after that of what needs it. */
  private static final int ROUNDS_TO_INPUTS = 3;

  /** A goal tries to build so many rounds after the last of its inputs is there. */
  private static final int ROUNDS_TO_READY = 2;

  private static final int NO_MACHINE = -1;

  private final Workload work;
  private final TaskOrder order;

  /** The machine that Nix runs on; past the last where all are remote. */
  private final int local;

  private final float[] speeds;
  private final int[] depths;

  /** By task, a number for the machines that can run it. */
  private final int[] kinds;

  /**
   * Kinds for which there was no slot, so that there is none for others of the kind: while goals
   * are worked nothing ends.
   */
  private final BitSet full = new BitSet();

  /** By task, whether the hook has declined it, so that it is to be built here. */
  private final BitSet declined = new BitSet();

  /** Goals that are awake, by the round in which they are worked; goals are places. */
  private final TreeMap<Integer, BitSet> awake = new TreeMap<>();

  private final BitSet postponed = new BitSet();
  private final BitSet wantLocalSlot = new BitSet();
  private boolean started;
  private boolean childEnded;
  private double lastPoll = Double.NaN;

  /** Machines that the hook process could not reach; forgotten when it accepts a build. */
  private final BitSet unreachable = new BitSet();

  NixHook(Workload work) {
    int n = work.taskCount();
    this.work = work;
    this.order =
        new TaskOrder(
            n,
            Comparator.<Integer, String>comparing(task -> work.task(task).derivation())
                .thenComparing(task -> work.problem().taskName(task)));
    this.local = work.local().orElse(work.builders().size());
    this.speeds = new float[work.builders().size()];
    for (int i = 0; i < speeds.length; i++) {
      Builder builder = work.builders().get(i);
      speeds[i] = (float) builder.speed();
    }
    this.depths = depths(work);
    this.kinds = kinds(work);
  }

  private static int[] kinds(Workload work) {
    Map<BitSet, Integer> known = new HashMap<>();
    int[] kinds = new int[work.taskCount()];
    for (int task = 0; task < kinds.length; task++) {
      BitSet machines = new BitSet();
      for (int machine = 0; machine < work.builders().size(); machine++) {
        machines.set(machine, work.canRun(task, machine));
      }
      kinds[task] = known.computeIfAbsent(machines, none -> known.size());
    }
    return kinds;
  }

  /** By task, how many others are on the shortest way to it from what nothing needs. */
  private static int[] depths(Workload work) {
    Precedence precedence = work.problem().precedence();
    int[] depths = new int[work.taskCount()];
    Arrays.fill(depths, Integer.MAX_VALUE);
    IntArrayFIFOQueue open = new IntArrayFIFOQueue();
    for (int task = 0; task < depths.length; task++) {
      if (precedence.dependentCount(task) == 0) {
        depths[task] = 0;
        open.enqueue(task);
      }
    }
    while (!open.isEmpty()) {
      int task = open.dequeueInt();
      for (int i = 0; i < precedence.needCount(task); i++) {
        int need = precedence.need(task, i);
        if (depths[need] == Integer.MAX_VALUE) {
          depths[need] = depths[task] + 1;
          open.enqueue(need);
        }
      }
    }
    return depths;
  }

  @Override
  public void ready(int task) {
    wake(order.place(task), started ? ROUNDS_TO_READY : ROUNDS_TO_INPUTS * depths[task]);
  }

  @Override
  public void ended(int task, int machine) {
    childEnded = true;
  }

  /** A lost connection fails the build. */
  @Override
  public void lost(int task, int machine, Floor floor) {
    childEnded = true;
    floor.fail(task);
  }

  @Override
  public void dispatch(Floor floor) {
    started = true;
    if (floor.now() >= wakeAt()) {
      lastPoll = floor.now();
      if (hasFreeSlot(floor)) { // else all would be postponed again
        wakeAll(postponed, 0);
      }
    }
    if (childEnded) {
      childEnded = false;
      wakeAll(wantLocalSlot, 1);
    }
    full.clear();
    while (!awake.isEmpty()) {
      Map.Entry<Integer, BitSet> round = awake.pollFirstEntry();
      round.getValue().stream().forEach(place -> work(place, round.getKey(), floor));
    }
    if (postponed.isEmpty()) {
      lastPoll = Double.NaN;
    } else if (Double.isNaN(lastPoll)) {
      lastPoll = floor.now();
    }
  }

  @Override
  public double wakeAt() {
    return postponed.isEmpty() ? Double.POSITIVE_INFINITY : lastPoll + POLL_SECONDS;
  }

  private boolean hasFreeSlot(Floor floor) {
    for (int machine = 0; machine < speeds.length; machine++) {
      if (hasFreeSlot(machine, floor)) {
        return true;
      }
    }
    return false;
  }

  /** Nix does not know that a machine is down before it asks. */
  private boolean hasFreeSlot(int machine, Floor floor) {
    return floor.running(machine) < work.builders().get(machine).slots();
  }

  private void wake(int place, int round) {
    awake.computeIfAbsent(round, none -> new BitSet()).set(place);
  }

  private void wakeAll(BitSet goals, int round) {
    if (!goals.isEmpty()) {
      awake.computeIfAbsent(round, none -> new BitSet()).or(goals);
      goals.clear();
    }
  }

  private void work(int place, int round, Floor floor) {
    int task = order.task(place);
    if (declined.get(task)) {
      declined.clear(task);
      if (hasFreeSlot(local, floor)) {
        floor.start(task, local);
      } else {
        wantLocalSlot.set(place);
      }
      return;
    }
    boolean hereAnyway = work.task(task).prefersLocal() && canBuildHere(task);
    if (!hereAnyway && full.get(kinds[task])) {
      postponed.set(place);
      return;
    }
    int machine = hereAnyway ? NO_MACHINE : askHook(task, floor);
    if (machine != NO_MACHINE) {
      floor.start(task, machine);
    } else if (!hereAnyway && isPostponed(task, floor)) {
      postponed.set(place);
      full.set(kinds[task]);
    } else if (canBuildHere(task)) {
      declined.set(task);
      wake(place, round + 1);
    } else {
      floor.fail(task); // no machine for it that can be reached
    }
  }

  private boolean canBuildHere(int task) {
    return local < speeds.length && work.canRun(task, local);
  }

  /** What the hook answers where it has no machine. */
  private boolean isPostponed(int task, Floor floor) {
    boolean hasMachine = false;
    for (int machine = 0; machine < speeds.length; machine++) {
      hasMachine |= isCandidate(task, machine);
    }
    return hasMachine && !(canBuildHere(task) && hasFreeSlot(local, floor));
  }

  private boolean isCandidate(int task, int machine) {
    return machine != local && !unreachable.get(machine) && work.canRun(task, machine);
  }

  /** The machine on which the hook builds it. */
  private int askHook(int task, Floor floor) {
    while (true) {
      int best = NO_MACHINE;
      for (int machine = 0; machine < speeds.length; machine++) {
        if (isCandidate(task, machine)
            && hasFreeSlot(machine, floor)
            && (best == NO_MACHINE || isBetter(machine, best, floor))) {
          best = machine;
        }
      }
      if (best == NO_MACHINE || floor.isUp(best)) {
        if (best != NO_MACHINE && !unreachable.isEmpty()) {
          unreachable.clear(); // the next build gets a new hook process
          full.clear();
        }
        return best;
      }
      unreachable.set(best);
      full.clear();
    }
  }

  private boolean isBetter(int machine, int best, Floor floor) {
    // In floats, as Nix divides an integer by its float.
    float load = floor.running(machine) / speeds[machine];
    float bestLoad = floor.running(best) / speeds[best];
    if (load != bestLoad) {
      return load < bestLoad;
    }
    if (speeds[machine] != speeds[best]) {
      return speeds[machine] > speeds[best];
    }
    return floor.running(machine) < floor.running(best);
  }
}

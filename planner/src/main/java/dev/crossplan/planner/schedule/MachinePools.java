package dev.crossplan.planner.schedule;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Machines that take as long as one another for each task, taken together: a pool is one machine
 * with the slots of all of them. Whatever a pool does its machines can do, as slots have no names;
 * and it has one place for a task where they have many that are the same. Machines of limited
 * memory, and all where something has to be brought from one to another, are on their own.
 */
final class MachinePools {
  private final ScheduleProblem problem;
  private final ImmutableList<ImmutableIntArray> pools;
  private final ScheduleProblem pooled;

  private MachinePools(
      ScheduleProblem problem, ImmutableList<ImmutableIntArray> pools, ScheduleProblem pooled) {
    this.problem = problem;
    this.pools = pools;
    this.pooled = pooled;
  }

  static MachinePools of(ScheduleProblem problem) {
    Map<ImmutableList<Double>, List<Integer>> byDurations = new LinkedHashMap<>();
    for (int m = 0; m < problem.machineCount(); m++) {
      byDurations.computeIfAbsent(sample(problem, m), key -> new ArrayList<>()).add(m);
    }
    ImmutableList.Builder<ImmutableIntArray> pools = ImmutableList.builder();
    for (List<Integer> alike : byDurations.values()) {
      List<List<Integer>> distinct = new ArrayList<>();
      for (int m : alike) {
        distinct.stream()
            .filter(pool -> areAlike(problem, pool.get(0), m))
            .findFirst()
            .orElseGet(
                () -> {
                  List<Integer> pool = new ArrayList<>();
                  distinct.add(pool);
                  return pool;
                })
            .add(m);
      }
      distinct.forEach(pool -> pools.add(ImmutableIntArray.copyOf(pool)));
    }
    ImmutableList<ImmutableIntArray> all = pools.build();
    return new MachinePools(problem, all, pooled(problem, all));
  }

  /** Of a machine the durations of a few tasks: a hash that costs little for many machines. */
  private static ImmutableList<Double> sample(ScheduleProblem problem, int machine) {
    int step = Math.max(1, problem.taskCount() / 16);
    ImmutableList.Builder<Double> sample = ImmutableList.builder();
    for (int t = 0; t < problem.taskCount(); t += step) {
      sample.add(problem.duration(t, machine));
    }
    return sample.build();
  }

  private static boolean areAlike(ScheduleProblem problem, int machine, int other) {
    if (problem.hasTransfers()
        || problem.machine(machine).memory() < ScheduleProblem.UNLIMITED
        || problem.machine(other).memory() < ScheduleProblem.UNLIMITED) {
      return false;
    }
    for (int t = 0; t < problem.taskCount(); t++) {
      if (problem.duration(t, machine) != problem.duration(t, other)) {
        return false;
      }
    }
    return true;
  }

  private static ScheduleProblem pooled(
      ScheduleProblem problem, ImmutableList<ImmutableIntArray> pools) {
    if (pools.size() == problem.machineCount()) {
      return problem;
    }
    ImmutableList.Builder<ScheduleProblem.Machine> machines = ImmutableList.builder();
    int[] first = new int[pools.size()];
    for (int p = 0; p < first.length; p++) {
      first[p] = pools.get(p).get(0);
      long slots = pools.get(p).stream().mapToLong(m -> problem.machine(m).slots()).sum();
      machines.add(
          new ScheduleProblem.Machine(
              problem.machine(first[p]).name(),
              Ints.saturatedCast(slots),
              problem.machine(first[p]).memory()));
    }
    return problem.on(machines.build(), first);
  }

  /** The problem with a machine for each pool. */
  ScheduleProblem pooled() {
    return pooled;
  }

  /** A schedule of {@link #pooled} on the machines themselves. */
  Schedule spread(Schedule onPools) {
    if (pooled == problem) {
      return onPools;
    }
    int n = problem.taskCount();
    int[] machines = new int[n];
    double[] starts = new double[n];
    List<PriorityQueue<Slot>> free = new ArrayList<>();
    int[] opened = new int[pools.size()];
    for (int p = 0; p < opened.length; p++) {
      free.add(new PriorityQueue<>(Comparator.comparingDouble(Slot::freeAt)));
    }
    int[] inOrder =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.<Integer>comparingDouble(onPools::start).thenComparing(t -> t))
            .mapToInt(t -> t)
            .toArray();
    for (int t : inOrder) {
      int pool = onPools.machine(t);
      starts[t] = onPools.start(t);
      machines[t] = pools.get(pool).get(0);
      if (onPools.finish(t) > starts[t]) {
        PriorityQueue<Slot> slots = free.get(pool);
        Slot first = slots.peek();
        machines[t] =
            first != null && first.freeAt <= starts[t]
                ? slots.remove().machine
                : machineOfSlot(pools.get(pool), opened[pool]++);
        slots.add(new Slot(machines[t], onPools.finish(t)));
      }
    }
    return Schedule.of(problem, machines, starts);
  }

  private int machineOfSlot(ImmutableIntArray pool, int slot) {
    int left = slot;
    int i = 0;
    while (left >= problem.machine(pool.get(i)).slots()) {
      left -= problem.machine(pool.get(i)).slots();
      i++;
    }
    return pool.get(i);
  }

  private record Slot(int machine, double freeAt) {}
}

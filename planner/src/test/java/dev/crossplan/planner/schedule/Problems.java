package dev.crossplan.planner.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small problems for tests, written as they are drawn. */
final class Problems {
  static final double NO = Double.POSITIVE_INFINITY;

  private final List<String> names = new ArrayList<>();
  private final Map<String, int[]> needs = new LinkedHashMap<>();
  private final List<Double> durations = new ArrayList<>();
  private final List<ScheduleProblem.Machine> machines = new ArrayList<>();
  private long[] memory = new long[0];
  private Transfers transfers = Transfers.NONE;

  /** Machines m0, m1, … with so many slots each. */
  static Problems onSlots(int... slots) {
    Problems problem = new Problems();
    for (int m = 0; m < slots.length; m++) {
      problem.machines.add(new ScheduleProblem.Machine("m" + m, slots[m]));
    }
    return problem;
  }

  /** Machines m0, m1, … with a slot for each task, and so many bytes each. */
  static Problems onMemory(long... bytes) {
    Problems problem = new Problems();
    for (int m = 0; m < bytes.length; m++) {
      problem.machines.add(new ScheduleProblem.Machine("m" + m, 100, bytes[m]));
    }
    return problem;
  }

  /** How many bytes each task has. */
  Problems memory(long... bytes) {
    memory = bytes;
    return this;
  }

  /** How many bytes each task makes, and how long a byte takes from machine to machine. */
  Problems transfers(long[] bytes, double[] secondsPerByte) {
    transfers = Transfers.of(bytes, secondsPerByte);
    return this;
  }

  /** A task that takes the same time everywhere and needs others, named before it. */
  Problems task(String name, double duration, String... needs) {
    double[] everywhere = new double[machines.size()];
    Arrays.fill(everywhere, duration);
    return task(name, everywhere, needs);
  }

  /** A task with a duration for each machine. */
  Problems task(String name, double[] durations, String... needs) {
    this.needs.put(name, Arrays.stream(needs).mapToInt(names::indexOf).toArray());
    names.add(name);
    Arrays.stream(durations).forEach(this.durations::add);
    return this;
  }

  /** Some of the tasks t0, t1, … that come before one, at most so many. */
  static String[] randomNeeds(Random random, int task, int most) {
    return task == 0
        ? new String[0]
        : random
            .ints(random.nextInt(most + 1), 0, task)
            .distinct()
            .mapToObj(need -> "t" + need)
            .toArray(String[]::new);
  }

  ScheduleProblem get() {
    return ScheduleProblem.of(
        names,
        Precedence.of(needs.values().toArray(new int[0][])),
        machines,
        Durations.each(durations.stream().mapToDouble(d -> d).toArray(), machines.size()),
        memory,
        transfers);
  }
}

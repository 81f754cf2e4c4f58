package dev.crossplan.planner.simulate;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.plan.MachineEnvironment;
import dev.crossplan.planner.schedule.ListScheduler;
import dev.crossplan.planner.schedule.Precedence;
import dev.crossplan.planner.schedule.Schedule;
import dev.crossplan.planner.schedule.ScheduleProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Small workloads for tests, written as they are drawn, and planned by HEFT. */
final class Works {
  static final double NO = Double.POSITIVE_INFINITY;

  private final ImmutableList<Builder> builders;
  private final List<String> names = new ArrayList<>();
  private final Map<String, int[]> needs = new LinkedHashMap<>();
  private final List<Double> durations = new ArrayList<>();
  private final Map<String, Long> outputBytes = new TreeMap<>();
  private final Set<String> local = new TreeSet<>();
  private final Set<String> demanding = new TreeSet<>();

  private Works(ImmutableList<Builder> builders) {
    this.builders = builders;
  }

  static Works on(Builder... builders) {
    return new Works(ImmutableList.copyOf(builders));
  }

  /** The machine that Nix runs on. */
  static Builder here(int slots) {
    return builder("here", Optional.empty(), slots, 1);
  }

  static Builder remote(String name, int slots, double speed) {
    return builder(name, Optional.of("ssh-ng://" + name), slots, speed);
  }

  /** One that sends and receives so many bytes in a second. */
  static Builder behind(long bytesPerSecond, Builder builder) {
    return builder(
        builder.name(),
        new Builder.Connection(
            builder.uri(), Optional.empty(), Optional.empty(), OptionalLong.of(8 * bytesPerSecond)),
        builder.slots(),
        builder.speed());
  }

  private static Builder builder(String name, Optional<String> uri, int slots, double speed) {
    return builder(
        name, uri.map(Builder.Connection::to).orElse(Builder.Connection.NONE), slots, speed);
  }

  private static Builder builder(
      String name, Builder.Connection connection, int slots, double speed) {
    return new Builder(
        name,
        connection,
        Builder.Abilities.running(ImmutableSet.of("x86_64-linux")),
        new Builder.Capacity(slots, speed, OptionalInt.empty(), OptionalLong.empty()),
        Builder.Upkeep.NONE);
  }

  /** A task that takes the same time everywhere and needs others, named before it. */
  Works task(String name, double seconds, String... needs) {
    double[] everywhere = new double[builders.size()];
    Arrays.fill(everywhere, seconds);
    return task(name, everywhere, needs);
  }

  /** A task with seconds for each builder. */
  Works task(String name, double[] seconds, String... needs) {
    Arrays.stream(seconds).forEach(durations::add);
    durations.add(NO);
    return add(name, needs);
  }

  Works substitution(String name, double seconds, String... needs) {
    builders.forEach(builder -> durations.add(NO));
    durations.add(seconds);
    return add(name, needs);
  }

  Works preferringLocal(String name, double seconds, String... needs) {
    local.add(name);
    return task(name, seconds, needs);
  }

  /** A task that requires a feature. */
  Works demanding(String name, double seconds, String... needs) {
    demanding.add(name);
    return task(name, seconds, needs);
  }

  /** What the task makes has so many bytes. */
  Works making(String name, long bytes) {
    outputBytes.put(name, bytes);
    return this;
  }

  private Works add(String name, String... needs) {
    this.needs.put(name, Arrays.stream(needs).mapToInt(names::indexOf).toArray());
    names.add(name);
    return this;
  }

  Workload get() {
    MachineEnvironment environment = new MachineEnvironment(builders);
    ScheduleProblem problem =
        ScheduleProblem.of(
            names,
            Precedence.of(needs.values().toArray(new int[0][])),
            environment.machines(names.size()),
            durations.stream().mapToDouble(d -> d).toArray(),
            new long[0],
            environment.transfers(
                names.stream().mapToLong(name -> outputBytes.getOrDefault(name, 0L)).toArray()));
    Schedule schedule = ListScheduler.schedule(problem);
    ImmutableList.Builder<Workload.Task> tasks = ImmutableList.builder();
    for (int t = 0; t < names.size(); t++) {
      tasks.add(
          new Workload.Task(
              names.get(t) + ".drv",
              local.contains(names.get(t)),
              demanding.contains(names.get(t)) ? 1 : 0,
              0,
              schedule.machine(t),
              schedule.start(t)));
    }
    return new Workload(problem, builders, tasks.build());
  }

  /** Done without noise and faults. */
  static Outcome run(Workload work, Policy policy) {
    return run(work, policy, List.of());
  }

  static Outcome run(Workload work, Policy policy, List<Engine.Disruption> disruptions) {
    return Engine.run(work, policy.dispatcher(work), certain(work), disruptions);
  }

  static double[] certain(Workload work) {
    double[] factors = new double[work.taskCount()];
    Arrays.fill(factors, 1);
    return factors;
  }

  /** What comes of a policy without noise and faults. */
  static String story(Workload work, Policy policy) {
    return story(work, run(work, policy));
  }

  /** {@code a here 0-10, b board 0-5}: the tasks that were done, in the order of the workload. */
  static String story(Workload work, Outcome outcome) {
    List<String> parts = new ArrayList<>();
    for (int t = 0; t < work.taskCount(); t++) {
      int machine = outcome.machines().get(t);
      if (machine >= 0) {
        parts.add(
            String.format(
                "%s %s %.0f-%.0f",
                work.problem().taskName(t),
                work.problem().machine(machine).name(),
                outcome.starts().get(t),
                outcome.finishes().get(t)));
      }
    }
    return String.join(", ", parts);
  }
}

package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.alternative.Making;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.schedule.Schedule;
import java.util.Optional;

/** Which builder does each step, and when. */
final class Placement {
  private final Schedule schedule;
  private final double bound;
  private final ImmutableList<Builder> builders;
  private final ImmutableList<Making> ways;

  /**
   * @param schedule whose machines are the builders, and after them the substituters
   * @param bound no schedule of these steps is shorter
   * @param ways how each step is done where it is
   */
  Placement(
      Schedule schedule,
      double bound,
      ImmutableList<Builder> builders,
      ImmutableList<Making> ways) {
    this.schedule = schedule;
    this.bound = bound;
    this.builders = builders;
    this.ways = ways;
  }

  /** How the builder does it. */
  Making way(int step) {
    return ways.get(step);
  }

  Schedule schedule() {
    return schedule;
  }

  Optional<String> builder(int step) {
    int machine = schedule.machine(step);
    return machine < builders.size() ? Optional.of(builders.get(machine).name()) : Optional.empty();
  }

  double start(int step) {
    return schedule.start(step);
  }

  double seconds(int step) {
    return schedule.problem().duration(step, schedule.machine(step));
  }

  /** No schedule of these steps is shorter. */
  double bound() {
    return bound;
  }

  double makespan() {
    return schedule.makespan();
  }

  /** The sum of what all steps last. */
  double builderSeconds() {
    double sum = 0;
    for (int step = 0; step < schedule.problem().taskCount(); step++) {
      sum += seconds(step);
    }
    return sum;
  }

  /** By builder, the sum of what its steps last. */
  double[] busySeconds() {
    double[] busy = new double[builders.size()];
    for (int step = 0; step < schedule.problem().taskCount(); step++) {
      if (schedule.machine(step) < busy.length) {
        busy[schedule.machine(step)] += seconds(step);
      }
    }
    return busy;
  }

  /** Each builder is paid for from the start until its last step ends. */
  double money() {
    double[] until = new double[builders.size()];
    for (int step = 0; step < schedule.problem().taskCount(); step++) {
      int machine = schedule.machine(step);
      if (machine < until.length) {
        until[machine] = Math.max(until[machine], schedule.finish(step));
      }
    }
    double money = 0;
    for (int m = 0; m < until.length; m++) {
      money += builders.get(m).moneyFor(until[m]);
    }
    return money;
  }

  /** What a second of one slot costs, if all slots are used all the time. */
  static double moneyPerSlotSecond(Builder builder) {
    return builder.moneyFor(1) / builder.slots();
  }
}

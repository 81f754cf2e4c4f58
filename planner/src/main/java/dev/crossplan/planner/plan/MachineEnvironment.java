package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.schedule.ScheduleProblem;
import dev.crossplan.planner.schedule.ScheduleProblem.Machine;
import java.util.function.ToLongFunction;

/**
 * On what steps are scheduled, the machine environment of the literature: unrelated parallel
 * machines, one for each builder in their order, and after them one that is never full, for what
 * substituters have.
 */
public record MachineEnvironment(ImmutableList<Builder> builders) {

  /** How many machines there are. */
  public int size() {
    return builders.size() + 1;
  }

  /** The machine of the builder of a step; the last one if it needs none. */
  public int machine(Step step) {
    String name = step.builder().orElse(null);
    int machine = 0;
    while (machine < builders.size() && !builders.get(machine).name().equals(name)) {
      machine++;
    }
    return machine;
  }

  /** The machines for so many tasks, where nobody asks for memory. */
  public ImmutableList<Machine> machines(int tasks) {
    return machines(tasks, builder -> ScheduleProblem.UNLIMITED);
  }

  /** The machines for so many tasks, with the memory of their builders where that is known. */
  public ImmutableList<Machine> machinesWithMemory(int tasks) {
    return machines(
        tasks, builder -> builder.capacity().memory().orElse(ScheduleProblem.UNLIMITED));
  }

  private ImmutableList<Machine> machines(int tasks, ToLongFunction<Builder> memory) {
    ImmutableList.Builder<Machine> machines = ImmutableList.builder();
    for (Builder builder : builders) {
      machines.add(new Machine(builder.name(), builder.slots(), memory.applyAsLong(builder)));
    }
    return machines.add(new Machine("substituters", Math.max(1, tasks))).build();
  }
}

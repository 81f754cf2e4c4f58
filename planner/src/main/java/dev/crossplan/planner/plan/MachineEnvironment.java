package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.schedule.ScheduleProblem;
import dev.crossplan.planner.schedule.ScheduleProblem.Machine;
import dev.crossplan.planner.schedule.Transfers;
import java.util.Arrays;
import java.util.OptionalLong;
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

  /**
   * How long it takes to bring outputs from one builder to another, which may fetch them from it
   * directly: as long as the slower of the links takes. Where nobody knows a link it takes no time,
   * as it does to bring what substituters have.
   *
   * @param outputBytes by task
   */
  public Transfers transfers(long[] outputBytes) {
    int machines = size();
    double[] secondsPerByte = new double[machines * machines];
    for (int from = 0; from < builders.size(); from++) {
      for (int to = 0; to < builders.size(); to++) {
        if (from != to) {
          secondsPerByte[from * machines + to] =
              Math.max(secondsPerByte(builders.get(from)), secondsPerByte(builders.get(to)));
        }
      }
    }
    boolean takesTime =
        Arrays.stream(secondsPerByte).anyMatch(seconds -> seconds > 0)
            && Arrays.stream(outputBytes).anyMatch(bytes -> bytes > 0);
    return takesTime ? Transfers.of(outputBytes, secondsPerByte) : Transfers.NONE;
  }

  /** This machine has no link. */
  private static double secondsPerByte(Builder builder) {
    OptionalLong link = builder.isHere() ? OptionalLong.empty() : builder.connection().link();
    return link.isPresent() ? 8.0 / link.getAsLong() : 0;
  }

  private ImmutableList<Machine> machines(int tasks, ToLongFunction<Builder> memory) {
    ImmutableList.Builder<Machine> machines = ImmutableList.builder();
    for (Builder builder : builders) {
      machines.add(new Machine(builder.name(), builder.slots(), memory.applyAsLong(builder)));
    }
    return machines.add(new Machine("substituters", Math.max(1, tasks))).build();
  }
}

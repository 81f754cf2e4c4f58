package dev.crossplan.planner.schedule;

import com.google.common.base.Preconditions;
import com.google.common.collect.ImmutableList;
import java.util.stream.IntStream;

/**
 * A schedule done again with other durations: each task on its machine, placed in the order of the
 * starts, at the first time that its needs and the slots allow. With the durations that it was made
 * with nothing starts later than in the schedule.
 */
public final class Rerun {
  private final Precedence precedence;
  private final Transfers transfers;
  private final int[] machines;
  private final int[] order;
  private final Timeline[] timelines;
  private final double[] starts;

  /**
   * @param transfers between the machines, of what the tasks make
   * @param machines by task
   * @param starts of the schedule, by task; of tasks that start together the least comes first, so
   *     no task may need one of a greater number
   */
  public Rerun(
      Precedence precedence,
      Transfers transfers,
      ImmutableList<ScheduleProblem.Machine> all,
      int[] machines,
      double[] starts) {
    int n = precedence.taskCount();
    Preconditions.checkArgument(
        machines.length == n && starts.length == n, "%s tasks, not all of them given", n);
    transfers.check(n, all.size());
    this.precedence = precedence;
    this.transfers = transfers;
    this.machines = machines.clone();
    double[] planned = starts.clone();
    this.order =
        IntStream.range(0, n)
            .boxed()
            .sorted((a, b) -> planned[a] == planned[b] ? a - b : planned[a] < planned[b] ? -1 : 1)
            .mapToInt(Integer::intValue)
            .toArray();
    this.timelines = new Timeline[all.size()];
    for (int m = 0; m < timelines.length; m++) {
      timelines[m] = Timeline.of(all.get(m), n);
    }
    this.starts = new double[n];
  }

  /**
   * When each task starts.
   *
   * @param durations by task, 0 or more
   * @return valid until the next call
   */
  public double[] starts(double[] durations) {
    for (Timeline timeline : timelines) {
      timeline.clear();
    }
    for (int task : order) {
      double ready = 0;
      for (int i = 0; i < precedence.needCount(task); i++) {
        int need = precedence.need(task, i);
        double way = transfers.seconds(need, machines[need], machines[task]);
        ready = Math.max(ready, starts[need] + durations[need] + way);
      }
      Timeline timeline = timelines[machines[task]];
      starts[task] = timeline.earliest(ready, durations[task], 0);
      timeline.take(starts[task], durations[task], 0);
    }
    return starts;
  }
}

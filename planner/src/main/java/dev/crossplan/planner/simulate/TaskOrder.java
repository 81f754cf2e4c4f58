package dev.crossplan.planner.simulate;

import java.util.Comparator;
import java.util.stream.IntStream;

/** All tasks in an order that stays as it is, so that sets of them are sets of places in it. */
final class TaskOrder {
  private final int[] tasks;
  private final int[] places;

  /** Ties go to the lower number. */
  TaskOrder(int count, Comparator<Integer> comparator) {
    this.tasks =
        IntStream.range(0, count)
            .boxed()
            .sorted(comparator.thenComparing(Comparator.naturalOrder()))
            .mapToInt(Integer::intValue)
            .toArray();
    this.places = new int[count];
    for (int place = 0; place < count; place++) {
      places[tasks[place]] = place;
    }
  }

  int task(int place) {
    return tasks[place];
  }

  int place(int task) {
    return places[task];
  }
}

package dev.crossplan.planner.schedule;

import java.util.Arrays;

/**
 * A machine of which the slots and the memory are scarce: how much of both is taken, as a step
 * function of the time.
 */
final class MemoryTimeline implements Timeline {
  private final int slots;
  private final long memory;

  /** From {@code times[i]} to {@code times[i + 1]}, or for ever, so much is taken. */
  private double[] times = new double[16];

  private int[] takenSlots = new int[16];
  private long[] takenMemory = new long[16];
  private int size;

  MemoryTimeline(int slots, long memory) {
    this.slots = slots;
    this.memory = memory;
    clear();
  }

  @Override
  public void clear() {
    size = 1;
    times[0] = 0;
    takenSlots[0] = 0;
    takenMemory[0] = 0;
  }

  @Override
  public double earliest(double ready, double duration, long wanted) {
    if (duration == 0) {
      return ready;
    }
    double start = ready;
    for (int i = at(ready); i < size && times[i] < start + duration; i++) {
      if (takenSlots[i] >= slots || takenMemory[i] > memory - wanted) {
        start = times[i + 1]; // there is one: at the end nothing is taken
      }
    }
    return start;
  }

  @Override
  public void take(double start, double duration, long wanted) {
    if (duration == 0) {
      return;
    }
    int from = split(start);
    int to = split(start + duration);
    for (int i = from; i < to; i++) {
      takenSlots[i]++;
      takenMemory[i] += wanted;
    }
  }

  /** The place of the last time that is not after {@code time}. */
  private int at(double time) {
    int place = Arrays.binarySearch(times, 0, size, time);
    return place >= 0 ? place : -place - 2;
  }

  /** The place of {@code time}, which it gets if it has none. */
  private int split(double time) {
    int before = at(time);
    if (times[before] == time) {
      return before;
    }
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
      takenSlots = Arrays.copyOf(takenSlots, 2 * size);
      takenMemory = Arrays.copyOf(takenMemory, 2 * size);
    }
    int place = before + 1;
    System.arraycopy(times, place, times, place + 1, size - place);
    System.arraycopy(takenSlots, before, takenSlots, place, size - before);
    System.arraycopy(takenMemory, before, takenMemory, place, size - before);
    times[place] = time;
    size++;
    return place;
  }
}

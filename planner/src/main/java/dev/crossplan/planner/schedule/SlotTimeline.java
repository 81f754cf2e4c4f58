package dev.crossplan.planner.schedule;

import java.util.Arrays;

/**
 * A machine of which only the slots are scarce: when each of them becomes free for good, and the
 * gaps that were left between tasks. Slots have no names, so it is enough to know these times.
 */
final class SlotTimeline implements Timeline {
  /** More gaps than this are not remembered; the first to be forgotten is the earliest. */
  private static final int GAPS = 4096;

  private final int slots;
  private final boolean unlimited;

  /** When the slots that were used at least once are free for good, ascending. */
  private double[] free = new double[4];

  private int used;

  private double[] gapStarts = new double[16];
  private double[] gapEnds = new double[16];
  private int gaps;

  /**
   * A machine that is idle.
   *
   * @param tasks how many tasks there are at most: with as many slots nobody ever waits for one
   */
  SlotTimeline(int slots, int tasks) {
    this.slots = slots;
    this.unlimited = slots >= tasks;
  }

  @Override
  public void clear() {
    used = 0;
    gaps = 0;
  }

  @Override
  public double earliest(double ready, double duration, long memory) {
    if (unlimited || duration == 0) {
      return ready;
    }
    double best = used < slots ? ready : Math.max(ready, free[0]);
    for (int g = 0; g < gaps && gapStarts[g] < best; g++) {
      double start = Math.max(ready, gapStarts[g]);
      if (start + duration <= gapEnds[g] && start < best) {
        best = start;
      }
    }
    return best;
  }

  @Override
  public void take(double start, double duration, long memory) {
    if (unlimited || duration == 0) {
      return;
    }
    double finish = start + duration;
    int gap = tightestGap(start, finish);
    if (gap >= 0) {
      double gapStart = gapStarts[gap];
      double gapEnd = gapEnds[gap];
      removeGap(gap);
      addGap(gapStart, start);
      addGap(finish, gapEnd);
      return;
    }
    // Of the slots that are free then, the one that became free last: the others stay open longer.
    int last = lastFreeAt(start);
    if (last < 0) { // a slot that was never used
      addGap(0, start);
    } else {
      addGap(free[last], start);
      removeFree(last);
    }
    insertFree(finish);
  }

  private int tightestGap(double start, double finish) {
    int best = -1;
    for (int g = 0; g < gaps && gapStarts[g] <= start; g++) {
      if (finish <= gapEnds[g]
          && (best < 0 || gapEnds[g] - gapStarts[g] < gapEnds[best] - gapStarts[best])) {
        best = g;
      }
    }
    return best;
  }

  /** Puts a time in its place among the free times. */
  private void insertFree(double time) {
    if (used == free.length) {
      free = Arrays.copyOf(free, 2 * used);
    }
    int place = lastFreeAt(time) + 1;
    System.arraycopy(free, place, free, place + 1, used - place);
    free[place] = time;
    used++;
  }

  private void removeFree(int place) {
    used--;
    System.arraycopy(free, place + 1, free, place, used - place);
  }

  /** The place of the last free time that is not after {@code time}, or -1. */
  private int lastFreeAt(double time) {
    int place = Arrays.binarySearch(free, 0, used, time);
    return place >= 0 ? place : -place - 2;
  }

  private void addGap(double start, double end) {
    if (start >= end) {
      return;
    }
    if (gaps == GAPS) {
      removeGap(0);
    } else if (gaps == gapStarts.length) {
      gapStarts = Arrays.copyOf(gapStarts, 2 * gaps);
      gapEnds = Arrays.copyOf(gapEnds, 2 * gaps);
    }
    int place = gaps;
    while (place > 0 && gapStarts[place - 1] > start) {
      place--;
    }
    System.arraycopy(gapStarts, place, gapStarts, place + 1, gaps - place);
    System.arraycopy(gapEnds, place, gapEnds, place + 1, gaps - place);
    gapStarts[place] = start;
    gapEnds[place] = end;
    gaps++;
  }

  private void removeGap(int gap) {
    gaps--;
    System.arraycopy(gapStarts, gap + 1, gapStarts, gap, gaps - gap);
    System.arraycopy(gapEnds, gap + 1, gapEnds, gap, gaps - gap);
  }
}

package dev.crossplan.planner.choice;

/** A set of small numbers that is emptied at no cost. */
final class MarkedSet {
  private final int[] stamps;
  private int stamp = 1;

  MarkedSet(int size) {
    stamps = new int[size];
  }

  void clear() {
    stamp++;
  }

  /** Whether it was not there yet. */
  boolean add(int member) {
    if (stamps[member] == stamp) {
      return false;
    }
    stamps[member] = stamp;
    return true;
  }

  boolean contains(int member) {
    return stamps[member] == stamp;
  }

  /** Empties it and adds what {@code recipe} needs, directly or in every case further down. */
  void setToNeedsOf(MutableProblem problem, int recipe) {
    clear();
    Landmarks landmarks = problem.landmarks();
    for (int need : problem.needs(recipe)) {
      add(need);
      for (int landmark : landmarks.of(need)) {
        add(landmark);
      }
    }
  }
}

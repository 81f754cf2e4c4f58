package dev.crossplan.planner.choice;

/** A directed graph on the numbers from 0 to {@link #size()}. */
interface Graph {
  int size();

  /** May repeat a successor. */
  int[] successors(int node);
}

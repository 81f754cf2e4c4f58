package dev.crossplan.planner.schedule;

/**
 * The tasks of which all needs are scheduled, highest priority first, ties by number: a binary heap
 * of ints, since a search fills and empties it some ten thousand times.
 */
final class ReadyQueue {
  private final double[] priority;
  private final int[] heap;
  private int size;

  /**
   * An empty queue.
   *
   * @param priority by task; may change while the queue is empty
   */
  ReadyQueue(double[] priority) {
    this.priority = priority;
    this.heap = new int[priority.length];
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(int task) {
    int place = size++;
    while (place > 0 && before(task, heap[(place - 1) / 2])) {
      heap[place] = heap[(place - 1) / 2];
      place = (place - 1) / 2;
    }
    heap[place] = task;
  }

  int remove() {
    int first = heap[0];
    int moved = heap[--size];
    int place = 0;
    for (int child = 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], moved)) {
        break;
      }
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = moved;
    return first;
  }

  private boolean before(int a, int b) {
    return priority[a] > priority[b] || (priority[a] == priority[b] && a < b);
  }
}
